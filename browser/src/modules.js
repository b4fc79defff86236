/** Every module under one name, for the tests that run in browsers; never served. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import * as aead from "./aead.js";
import * as asked from "./asked.js";
import * as bytes from "./bytes.js";
import * as code from "./code.js";
import * as commit from "./commit.js";
import * as deliver from "./deliver.js";
import * as form from "./form.js";
import * as line from "./line.js";
import * as padding from "./padding.js";
import * as recipient from "./recipient.js";
import * as seal from "./seal.js";
import * as send from "./send.js";
import * as tar from "./tar.js";
import * as testimony from "./testimony.js";
import { Core } from "./worker.js";
import * as zawgyi from "./zawgyi.js";

Object.assign(globalThis, {
  sakse: { aead, asked, bytes, chacha20poly1305, code, commit, core, Core, deliver, form, line, padding,
    recipient, seal, send, tar, testimony, zawgyi },
});
