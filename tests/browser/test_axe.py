"""axe-core finds nothing serious on any screen, in any language, in both browsers."""

from __future__ import annotations

import pytest

from envelope.config import LANGUAGES
from tests.browser import tour
from tests.browser.drivers import Browser
from tests.browser.witness import ROOT, open_page
from tests.browser.world import ROOT as CHECKOUT
from tests.browser.world import Site

pytestmark = pytest.mark.long
# By the driver, since the page's policy lets no script in. axe looks into open shadow roots itself.
_RUN = """
;const { passes, violations } = await window.axe.run(document);
return [passes.length, violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.flat(9).join(" ")).join(", ")}`)];
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core as npm installed it (`make page`)."""
    return (CHECKOUT / "browser" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def serious(tab: Browser, axe: str) -> list[str]:
    """What axe-core calls serious or critical on this screen."""
    passed, found = tab.run_async(axe + _RUN)
    assert passed > 5
    return list(found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", tour.TOURS)
def test_axe_finds_nothing_serious(tab: Browser, site: Site, axe: str, name: str, lang: str) -> None:
    found = {screen: serious(tab, axe) for screen in tour.TOURS[name](tab, site, lang)}
    assert len(found) > 1
    assert {screen: faults for screen, faults in found.items() if faults} == {}


def test_axe_sees_a_fault_inside_the_shadow_root(tab: Browser, site: Site, axe: str) -> None:
    open_page(tab, site.url + "/en")
    assert serious(tab, axe) == []
    tab.run(f"const field = document.createElement('input'); field.id = 'planted'; {ROOT}.getElementById('wizard').append(field);")
    (fault,) = serious(tab, axe)
    assert fault.startswith("label: ")
    assert "#planted" in fault
