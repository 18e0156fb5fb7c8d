// Reads feeds as Podcast Index does (its own parser): prints what it understood of each, as JSON.
import { readFileSync } from "node:fs";
import partytime from "podcast-partytime";

const read = (path) => partytime.parseFeed(readFileSync(path, "utf8"));
console.log(JSON.stringify(process.argv.slice(2).map(read)));
