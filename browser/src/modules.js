/** Every module under one name, for the tests that run in browsers; never served. */
import * as bytes from "./bytes.js";
import * as commit from "./commit.js";
import * as form from "./form.js";
import * as padding from "./padding.js";
import * as seal from "./seal.js";
import * as send from "./send.js";
import * as tar from "./tar.js";
import * as testimony from "./testimony.js";

Object.assign(globalThis, { sakse: { bytes, commit, form, padding, seal, send, tar, testimony } });
