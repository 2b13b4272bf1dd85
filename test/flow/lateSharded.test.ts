import { describeLate } from './lateSuite.ts';

describeLate({ assess: { mode: 'sharded', grace: '0ms', tickEvery: '200ms' } });
