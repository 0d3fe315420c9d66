// Prints the cases of @bufbuild/cel-spec, which are JavaScript, as one JSON document: a list of cases, each with its file, its section and
// what the package says of it.
//
//   node convert.mjs FOLDER    the folder that holds node_modules
import { createRequire } from "node:module";
import path from "node:path";

const folder = path.resolve(process.argv[2] ?? ".");
const load = createRequire(path.join(folder, "package.json"));
const { tests } = load("@bufbuild/cel-spec/testdata/conformance.js");
const installed = load("./package-lock.json").packages["node_modules/@bufbuild/cel-spec"];

const cases = [];
for (const file of tests.suites) {
  for (const section of file.suites ?? []) {
    if (section.suites !== undefined) throw new Error(`${file.name}/${section.name} has sections of its own: this program does not know what to do with them`);
    for (const { original, type } of section.tests ?? []) cases.push({ ...original, file: file.name, section: section.name, goType: type });
  }
}
process.stdout.write(JSON.stringify({ version: installed.version, cases }));
