// A page whose script is loaded when it is looked at first.
import { type Signal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Failed, Skeleton } from './list-states.js';

const SKELETONS = 4;

export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded: Signal<ComponentType<Props> | 'failed' | null> = signal(null);
  const get = (): void => {
    loaded.value = null;
    load().then(
      (page) => {
        loaded.value = page;
      },
      () => {
        loaded.value = 'failed';
      },
    );
  };
  return function Lazy(props) {
    useEffect(() => {
      if (loaded.value === null) get();
    }, []);
    const Page = loaded.value;
    if (Page === 'failed') return <Failed renew={get} />;
    return Page === null ? <Skeleton count={SKELETONS} /> : <Page {...props} />;
  };
}
