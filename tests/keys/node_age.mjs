// Seals or opens every file of a folder with npm age-encryption; read from stdin, run in browser/.
// Arguments: seal FOLDER RECIPIENT... | open FOLDER IDENTITY | new
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

const [task, folder, ...keys] = process.argv.slice(2);

if (task === "new") {
  const identity = await generateHybridIdentity();
  console.log(JSON.stringify([identity, await identityToRecipient(identity)]));
} else {
  const from = task === "seal" ? ".plain" : ".age";
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(from))) {
    const age = task === "seal" ? new Encrypter() : new Decrypter();
    for (const key of keys) task === "seal" ? age.addRecipient(key) : age.addIdentity(key);
    const bytes = new Uint8Array(readFileSync(`${folder}/${name}`));
    const made = task === "seal" ? await age.encrypt(bytes) : await age.decrypt(bytes);
    writeFileSync(`${folder}/${name.slice(0, -from.length)}${task === "seal" ? ".age" : ".opened"}`, made);
  }
}
