/** Every module under one name, for the tests that run in browsers; never served. */
import * as asked from "./asked.js";
import * as bytes from "./bytes.js";
import * as code from "./code.js";
import * as commit from "./commit.js";
import * as form from "./form.js";
import * as padding from "./padding.js";
import * as seal from "./seal.js";
import * as send from "./send.js";
import * as tar from "./tar.js";
import * as testimony from "./testimony.js";
import * as zawgyi from "./zawgyi.js";

Object.assign(globalThis, { sakse: { asked, bytes, code, commit, form, padding, seal, send, tar, testimony, zawgyi } });
