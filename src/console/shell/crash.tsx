import { Component, type ComponentChildren } from 'preact';
import { ErrorNote } from '../ui/states';

/** Shows what a page threw in place of an empty window. */
export class Crash extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state = { error: undefined };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorNote error={this.state.error} retry={() => location.reload()} />;
  }
}
