import { useAnswer } from "./answer.js";
import { OpenHeaders } from "./credential.jsx";
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
      The portal wants to know who you are: put your portal token into <OpenHeaders />, below the query.
    </p>
  );
}
