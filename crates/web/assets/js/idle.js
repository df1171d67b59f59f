// Says so before a session ends for lack of use. The server ends it; this only warns. The number of seconds
// stands on the body: <body data-idle-after="1740">.

import { say } from "./say.js";

export function warnWhenIdle() {
  const seconds = Number(document.body.dataset.idleAfter);
  if (!seconds) return;
  let timer = 0;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(() => say("idleWarning"), seconds * 1000);
  };
  for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, begin, { passive: true });
  begin();
}
