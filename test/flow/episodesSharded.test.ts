import { describeEpisodes } from './episodeSuite.ts';

describeEpisodes({ assess: { mode: 'sharded', grace: '0ms', tickEvery: '200ms' } });
