import { bytes, count, milliseconds } from "./format.js";

// Up to so many calls are shown with all that is known about them.
const openUpTo = 4;

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
        {calls.map((call, index) => <Call key={index} call={call} length={length} open={calls.length <= openUpTo} />)}
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

function Call({ call, length, open }) {
  const failed = Boolean(call.error) || call.status >= 400;
  const items = Object.entries(call.items ?? {});
  const kind = failed ? "failed" : items.length > 0 ? "batch" : "single";
  return (
    <li className={`call call-${kind}`}>
      <details open={open}>
        <summary>
          <span className="call-head">
            <span className="call-route">
              {items.length > 0
                ? items.map(([route, number]) => <span key={route}>{number} × <code>{route}</code></span>)
                : <code>{call.route}</code>}
              {failed && <b className="call-error">{call.error || call.status}</b>}
            </span>
            <span className="call-time">{milliseconds(call.ms)}</span>
          </span>
          <span className="call-track" aria-hidden="true">
            <span className="call-bar" style={{ left: percent(call.startMs / length), width: percent(call.ms / length) }} />
          </span>
        </summary>
        <p className="call-facts">
          {items.length > 0 && <span>one batch: <code>{call.route}</code></span>}
          {call.attempt > 1 && <b>retry {call.attempt - 1}</b>}
          <span>from {milliseconds(call.startMs)}</span>
          {call.status > 0 && <span>status {call.status}</span>}
          <span>{bytes(call.bytes)}</span>
        </p>
        <p className="call-why">
          {sentence(call.reasons)}
          {call.paths?.length > 0 && <> Wanted by {call.paths.map((path, index) => <span key={path}>{index > 0 && ", "}<code>{path}</code></span>)}.</>}
        </p>
      </details>
    </li>
  );
}

const percent = (share) => `${100 * share}%`;

function sentence(reasons) {
  const text = (reasons ?? []).filter(Boolean).join("; ");
  return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}
