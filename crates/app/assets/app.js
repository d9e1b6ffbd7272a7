// @ts-check
// Everything that a page does by itself. The pages work without it.
import * as articles from "./articles.js";
import * as bell from "./bell.js";
import * as drafts from "./drafts.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as replies from "./replies.js";
import * as palette from "./palette.js";
import * as parts from "./parts.js";
import * as tickets from "./tickets.js";
import * as time from "./time.js";
import * as unsent from "./unsent.js";

for (const part of [parts, articles, bell, drafts, replies, forms, keys, palette, time, live, tickets, unsent]) part.start();
