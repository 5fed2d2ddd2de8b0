import { bytes, count, milliseconds } from "./format.js";

/** Draws extensions.upstream: when each call ran, and why it was made. */
export function Waterfall({ report }) {
  const { calls, saved } = report;
  const length = Math.max(...calls.map((call) => call.startMs + call.ms), 0.001);
  return (
    <>
      <p className="calls-sum">
        {calls.length === 0 ? "The portal was not asked at all." : (
          <>
            <b>{count(calls.length, "call")}</b> in {milliseconds(length)},{" "}
            {bytes(calls.reduce((sum, call) => sum + call.bytes, 0))}
          </>
        )}
      </p>
      <Saved saved={saved} />
      <ol className="calls">
        {calls.map((call, index) => <Call key={index} call={call} length={length} />)}
      </ol>
    </>
  );
}

function Saved({ saved: { priming = 0, deduplication = 0, batching = 0 } = {} }) {
  const ways = [
    [priming, "came along with another answer"],
    [deduplication, "asked for more than once"],
    [batching, "went in batches"],
  ].filter(([number]) => number > 0);
  if (ways.length === 0) return null;
  return (
    <p className="calls-saved">
      <b>{count(priming + deduplication + batching, "call")} saved</b>: {ways.map(([number, how]) => `${number} ${how}`).join(", ")}.
    </p>
  );
}

function Call({ call, length }) {
  const failed = Boolean(call.error) || call.status >= 400;
  const items = Object.entries(call.items ?? {});
  const batched = items.reduce((sum, [, number]) => sum + number, 0);
  const kind = failed ? "failed" : batched ? "batch" : "single";
  return (
    <li className={`call call-${kind}`}>
      <div className="call-head">
        <code>{call.route}</code>
        <span className="call-time">{milliseconds(call.ms)}</span>
      </div>
      <div className="call-track" aria-hidden="true">
        <div className="call-bar" style={{ left: percent(call.startMs / length), width: percent(call.ms / length) }} />
      </div>
      <div className="call-facts">
        {batched > 0 && <span className="badge">batch of {batched}</span>}
        {call.attempt > 1 && <span className="badge badge-retry">retry {call.attempt - 1}</span>}
        {call.error && <span className="badge badge-failed">{call.error}</span>}
        <span>from {milliseconds(call.startMs)}</span>
        {call.status > 0 && <span>status {call.status}</span>}
        <span>{bytes(call.bytes)}</span>
      </div>
      {items.length > 0 && (
        <ul className="call-items">
          {items.map(([route, number]) => <li key={route}>{number} × <code>GET {route}</code></li>)}
        </ul>
      )}
      <p className="call-why">
        {sentence(call.reasons)}
        {call.paths?.length > 0 && <> For {call.paths.map((path, index) => <span key={path}>{index > 0 && ", "}<code>{path}</code></span>)}.</>}
      </p>
    </li>
  );
}

const percent = (share) => `${100 * share}%`;

function sentence(reasons) {
  const text = (reasons ?? []).filter(Boolean).join("; ");
  return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}
