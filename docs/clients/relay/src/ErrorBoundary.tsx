import { Component, type ReactNode } from 'react';
import { ServerError } from './environment';

/** Shows the code of a request that failed in place of what asked for it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <p>{(error instanceof ServerError && error.code) || 'The server cannot be reached.'}</p>;
  }
}
