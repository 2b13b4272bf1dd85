import { describeBacklog } from './backlogSuite.ts';

describeBacklog(2, () => ({ config: { assess: { mode: 'sharded', grace: '0ms', tickEvery: '200ms' } } }));
