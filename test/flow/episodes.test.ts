import { describeEpisodes } from './episodeSuite.ts';

describeEpisodes({});
