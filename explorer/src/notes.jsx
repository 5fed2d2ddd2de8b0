import { useAnswer } from "./answer.js";
import { isDemo } from "./portal.js";

export function DemoBanner() {
  return isDemo && <p className="banner" role="note">Demo portal: every person, company and number is invented.</p>;
}

/** Says below an answer what to do when the portal wants a token. */
export function TokenHint() {
  const answer = useAnswer();
  const wanted = answer?.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED");
  return wanted && (
    <p className="hint" role="status">
      The portal wants to know who you are: open <b>Headers</b> below the query and put your portal token there.
    </p>
  );
}
