// Puts a finished build in the place of the one before with two renames, so that a gateway serving dist/ is never
// without its files for longer than an instant.
import { existsSync, renameSync, rmSync } from "node:fs";

const [next, last, place] = ["node_modules/.build", "node_modules/.build-before", "dist"];

rmSync(last, { recursive: true, force: true });
if (existsSync(place)) renameSync(place, last);
renameSync(next, place);
rmSync(last, { recursive: true, force: true });
