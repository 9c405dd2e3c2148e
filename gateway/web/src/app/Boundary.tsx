// Keeps a broken screen from taking the navigation down with it.
import { Component, type ReactNode } from "react";

import { ProblemNotice } from "../ui/Problem";

export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div style={{ padding: 24, maxWidth: 640 }}>
        <ProblemNotice error={this.state.error} onRetry={() => window.location.reload()} />
      </div>
    );
  }
}
