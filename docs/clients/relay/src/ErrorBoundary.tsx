import { Component, type ReactNode } from 'react';
import { ServerError } from './environment';

/** What to tell of an error. */
export const wordsOf = (error: unknown) =>
  error instanceof ServerError ? error.message : 'The server cannot be reached.';

interface Props {
  /** Draws what asks for data. Relay remembers what has failed: pass the number on as `fetchKey`. */
  children: (attempt: number) => ReactNode;
}

/** Says what has failed in place of what asked for it, and tries again. */
export class ErrorBoundary extends Component<Props, { error?: unknown; attempt: number }> {
  state: { error?: unknown; attempt: number } = { attempt: 0 };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  retry = () => this.setState(({ attempt }) => ({ error: undefined, attempt: attempt + 1 }));

  render() {
    const { error, attempt } = this.state;
    if (error === undefined) return this.props.children(attempt);
    return (
      <p role="alert">
        {wordsOf(error)} <button onClick={this.retry}>Try again</button>
      </p>
    );
  }
}
