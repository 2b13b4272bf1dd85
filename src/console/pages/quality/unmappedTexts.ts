import { texts } from '../../i18n';

const messages = (count: number) => (count === 1 ? '1 message' : `${count} messages`);

export const unmappedTexts = texts(
  {
    nothing: 'Everything that came is mapped.',
    nothingHint:
      'Topics that no source takes, and names that are no metric, would be listed here with what would take them.',
    about:
      'What is suggested is a guess by names, units and ranges: read it, paste it into fettle.yaml, restart Fettle, and take the dead letters again.',
    partly: (letters: string) => `Told by the newest ${letters} dead letters; there are more.`,
    mapped: (letters: string) =>
      `${letters} dead letters have a topic or name that is mapped by now. Take them again in the list of dead letters.`,
    filter: 'Topics to listen to',
    filterHint: 'Fettle only subscribes to the topics of its sources. Listen to others to find what devices publish.',
    listen: (seconds: number) => `Listen for ${seconds} s`,
    listening: 'Listening …',
    heard: (heard: number, unmapped: number, topics: number) =>
      `Heard ${messages(heard)}: nothing takes ${unmapped === heard ? 'any' : unmapped} of them, on ${topics === 1 ? '1 topic' : `${topics} topics`}.`,
    heardNothing: (heard: number) =>
      heard === 0 ? 'Nothing was published.' : `Heard ${messages(heard)}; sources take all of them.`,
    topics: 'Topics that no source takes',
    messages: (count: number, topics: number) =>
      `${messages(count)} on ${topics === 1 ? '1 topic' : `${topics} topics`}`,
    last: (when: string) => `last ${when}`,
    samples: 'What came',
    topic: 'Topic',
    payload: 'Payload',
    cut: (bytes: string) => `… ${bytes} bytes in all`,
    into: {
      sources: 'To take these messages, add this below sources:',
      presence: 'These are words on connections. To take them, add this below presence:',
    },
    fits: (model: string) => `Fits the model ${model}.`,
    tried: (taken: number, refused: number) =>
      refused === 0
        ? `All values in these samples would be taken: ${taken}.`
        : `Of the values in these samples ${taken} would be taken and ${refused} refused.`,
    unreadable: 'No codec can read this payload.',
    source: (id: string) => `Names that source ${id} does not map`,
    names: (id: string) => `Names of ${id}`,
    lines: (id: string) => `For the source ${id} in fettle.yaml`,
    name: 'Name',
    values: 'Values',
    newest: 'Newest',
    model: 'Model',
    assets: 'Assets',
    likely: 'Probably',
    or: (metrics: string) => `or ${metrics}`,
    inside: 'an object: see the lines above',
    none: 'like no metric of the model',
    gone: 'its asset is not registered any more',
  },
  {
    nothing: '收到的数据都已映射。',
    nothingHint: '没有数据源监听的主题，以及不是指标的名称，会连同建议的映射列在这里。',
    about: '建议是根据名称、单位和取值范围推测的：请核对后粘贴到 fettle.yaml，重启 Fettle，再重新接收死信。',
    partly: (letters: string) => `仅依据最近的 ${letters} 条死信；实际更多。`,
    mapped: (letters: string) => `有 ${letters} 条死信的主题或名称现已映射，可在死信列表中重新接收。`,
    filter: '监听的主题',
    filterHint: 'Fettle 只订阅数据源的主题。监听其他主题，可以发现设备还发布了什么。',
    listen: (seconds: number) => `监听 ${seconds} 秒`,
    listening: '正在监听……',
    heard: (heard: number, unmapped: number, topics: number) =>
      `收到 ${heard} 条消息，其中 ${unmapped} 条来自 ${topics} 个没有数据源监听的主题。`,
    heardNothing: (heard: number) => (heard === 0 ? '没有收到任何消息。' : `收到 ${heard} 条消息，都已有数据源接收。`),
    topics: '没有数据源监听的主题',
    messages: (messages: number, topics: number) => `${topics} 个主题，共 ${messages} 条消息`,
    last: (when: string) => `最近一条：${when}`,
    samples: '收到的内容',
    topic: '主题',
    payload: '消息内容',
    cut: (bytes: string) => `……共 ${bytes} 字节`,
    into: {
      sources: '要接收这些消息，请在 sources 下添加：',
      presence: '这些消息说明连接状态。要接收，请在 presence 下添加：',
    },
    fits: (model: string) => `与型号“${model}”最相符。`,
    tried: (taken: number, refused: number) =>
      refused === 0
        ? `这些样例中的 ${taken} 个数值都能接收。`
        : `这些样例中可接收 ${taken} 个数值，拒绝 ${refused} 个。`,
    unreadable: '没有编解码器能解读此内容。',
    source: (id: string) => `数据源 ${id} 未映射的名称`,
    names: (id: string) => `${id} 的名称`,
    lines: (id: string) => `用于 fettle.yaml 中的数据源 ${id}`,
    name: '名称',
    values: '数值个数',
    newest: '最新值',
    model: '型号',
    assets: '设备',
    likely: '可能是',
    or: (metrics: string) => `或 ${metrics}`,
    inside: '嵌套对象：见上方配置',
    none: '型号中没有相似的指标',
    gone: '其设备已不再登记',
  },
);
