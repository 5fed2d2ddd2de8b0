import { useAnswer } from "../answer.js";
import { OpenHeaders } from "../credential.jsx";
import { Waterfall } from "./waterfall.jsx";

/** A panel that draws which portal calls an answer has cost, and why. */
export const CALLS_PLUGIN = { title: "Portal calls", icon: Icon, content: Panel };

function Panel() {
  const answer = useAnswer();
  const report = answer?.extensions?.upstream;
  return (
    <section className="panel" aria-label="Portal calls">
      <h2>Portal calls</h2>
      {report ? <Waterfall report={report} /> : answer ? <NoReport /> : <NoAnswer />}
    </section>
  );
}

function NoAnswer() {
  return <p className="empty">Run a query, and you will see here what it asks of the portal: each call, how long it took, and which fields wanted it.</p>;
}

function NoReport() {
  return (
    <>
      <p className="empty">This answer came without a report of its portal calls.</p>
      <p className="empty">
        The server gives one to callers with a token of their own: put yours into <OpenHeaders />. Its operator can let everybody see
        them with <code>--upstream-report=on</code>, or nobody with <code>off</code>.
      </p>
    </>
  );
}

function Icon(props) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" {...props}>
      <path d="M4 5h7M8 10h8M8 15h5M14 20h6" />
    </svg>
  );
}
