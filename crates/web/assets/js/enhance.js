// Everything here makes a page better that already works without it. No module knows about another one's
// elements; each finds its own by data attributes and returns at once where there are none.

import { keepDrafts, clearDraftsOnSignOut } from "./drafts.js";
import { growRows } from "./rows.js";
import { oneItemAtATime } from "./questionnaire.js";
import { autoSubmit, focusFirst, printButtons, quickExit, submitAtOnce } from "./small.js";
import { passkeys } from "./passkeys.js";
import { warnBeforeTheEnd, warnWhenIdle } from "./idle.js";

focusFirst();
printButtons();
quickExit();
autoSubmit();
submitAtOnce();
growRows();
keepDrafts();
clearDraftsOnSignOut();
oneItemAtATime();
passkeys();
warnWhenIdle();
warnBeforeTheEnd();
