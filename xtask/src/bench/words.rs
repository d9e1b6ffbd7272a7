//! Texts as people write them to a hotline, made up anew for each number: a few words are in most of them, most
//! words are in few. A base of four texts would flatter an index, and punish a search.

/// Numbers from a seed; the same ones each time.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// The first ones often, the last ones seldom.
    fn skewed<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        from[((share * share * share) * from.len() as f64) as usize]
    }
}

const PLACES: [&str; 32] = [
    "三楼",
    "一楼大厅",
    "机房",
    "二楼",
    "营业厅",
    "会议室",
    "柜台",
    "配电间",
    "北门",
    "数据中心",
    "弱电间",
    "监控室",
    "四楼东侧",
    "地下车库",
    "值班室",
    "财务科",
    "档案室",
    "南门岗亭",
    "候车厅",
    "实验室",
    "食堂",
    "仓库",
    "阶梯教室",
    "急诊",
    "住院部",
    "收费站",
    "变电站",
    "培训中心",
    "宿舍楼",
    "泵房",
    "屋顶",
    "电梯间",
];
const DEVICES: [&str; 48] = [
    "打印机",
    "交换机",
    "核心交换机",
    "读卡器",
    "摄像机",
    "服务器",
    "电话",
    "显示器",
    "路由器",
    "业务平台",
    "无线网络",
    "硬盘录像机",
    "门禁",
    "防火墙",
    "工作站",
    "不间断电源",
    "投影仪",
    "扫描仪",
    "光纤收发器",
    "磁盘阵列",
    "条码枪",
    "考勤机",
    "虚拟机",
    "数据库",
    "邮箱",
    "存储柜",
    "配线架",
    "对讲终端",
    "道闸",
    "广播",
    "传感器",
    "大屏",
    "叫号机",
    "自助终端",
    "视频会议",
    "备份软件",
    "网闸",
    "堡垒机",
    "负载均衡",
    "时钟服务器",
    "光端机",
    "温湿度探头",
    "精密空调",
    "智能电表",
    "发卡器",
    "采集卡",
    "编码器",
    "调度台",
];
const SYMPTOMS: [&str; 44] = [
    "不响应",
    "掉线",
    "无法登录",
    "报错",
    "卡纸",
    "黑屏",
    "很慢",
    "连不上",
    "死机",
    "亮红灯",
    "无法启动",
    "时断时续",
    "没有声音",
    "画面模糊",
    "录像无法回放",
    "自动重启",
    "告警不消失",
    "风扇异响",
    "端口不通",
    "丢包",
    "时间不对",
    "磁盘满",
    "证书过期",
    "找不到设备",
    "图像倒置",
    "授权失效",
    "读不出卡",
    "过热",
    "打不开页面",
    "数据不同步",
    "备份失败",
    "升级后异常",
    "漏水",
    "断电后没有恢复",
    "地址冲突",
    "密码被锁",
    "字符乱码",
    "云台不转",
    "接口松动",
    "灯全灭",
    "同步中断",
    "进程退出",
    "回环",
    "光衰过大",
];
const CIRCUMSTANCES: [&str; 24] = [
    "重启以后还是一样",
    "今天早上开始",
    "昨晚停电以后",
    "已经换过网线",
    "只有一台有问题",
    "整层都受影响",
    "客户在等",
    "偶尔能恢复几分钟",
    "请尽快处理",
    "请先电话联系",
    "升级固件以后出现",
    "上周也发生过",
    "雷雨之后",
    "搬迁之后",
    "旁边的设备正常",
    "指示灯不亮",
    "日志里没有记录",
    "换了电源适配器也没用",
    "现场没有备件",
    "夜间没有人值班",
    "需要登高作业",
    "影响开庭",
    "影响发薪",
    "第三方施工挖断了线",
];
const MODELS: [&str; 16] = [
    "C9200-24T",
    "S5735",
    "DS-2CD3T",
    "R740",
    "M428",
    "AR6121",
    "USG6530",
    "X1052",
    "T610",
    "P2055",
    "NVR5208",
    "EX2300",
    "SG350",
    "LTO8",
    "KM-3050",
    "G4560",
];
const LATIN: [&str; 12] = [
    "timeout",
    "ping",
    "DHCP",
    "VLAN",
    "VPN",
    "login failed",
    "offline",
    "RAID",
    "SSL",
    "DNS",
    "firmware",
    "reset",
];
/// Of what names are made.
const CHARACTERS: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤海燕明华建国志强秀英丽娟军伟芳敏静涛超霞平刚桂玉萍红波辉鑫鹏飞宇浩然欣怡梓涵子轩雨晨思远文博嘉懿";

/// A title.
pub fn title(number: u64) -> String {
    let mut dice = Dice::of(number);
    format!("{}{}{}", dice.skewed(&PLACES), dice.skewed(&DEVICES), dice.skewed(&SYMPTOMS))
}

/// What the caller tells besides: some sentences, a name, now and then a model and words in Latin letters.
pub fn description(number: u64) -> String {
    let mut dice = Dice::of(number ^ 0xD35C);
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let name: String = (0..3).map(|_| characters[dice.below(characters.len())]).collect();
    let mut out = format!("{name}来电：{}的{}", dice.skewed(&PLACES), dice.skewed(&DEVICES));
    if dice.below(3) == 0 {
        out.push_str(&format!("（型号 {}，序列号 SN{:08}）", dice.skewed(&MODELS), dice.below(90_000_000)));
    }
    out.push_str(dice.skewed(&SYMPTOMS));
    for _ in 0..1 + dice.below(3) {
        out.push_str(&format!("，{}", dice.skewed(&CIRCUMSTANCES)));
    }
    if dice.below(4) == 0 {
        out.push_str(&format!("，提示 {} {}", dice.skewed(&LATIN), 100 + dice.below(900)));
    }
    out.push('。');
    out
}

/// An article: a title, and a text of some paragraphs.
pub fn article(number: u64) -> (String, String) {
    let mut dice = Dice::of(number ^ 0xA57);
    let (device, symptom) = (dice.skewed(&DEVICES), dice.skewed(&SYMPTOMS));
    let title = format!("{device}{symptom}怎么办（{}）", dice.skewed(&MODELS));
    let mut text = String::new();
    for paragraph in 0..4 + dice.below(6) {
        text.push_str(&format!("{}. ", paragraph + 1));
        for _ in 0..3 {
            text.push_str(&format!(
                "{}的{}{}，{}。",
                dice.skewed(&PLACES),
                dice.skewed(&DEVICES),
                dice.skewed(&SYMPTOMS),
                dice.skewed(&CIRCUMSTANCES)
            ));
        }
        text.push('\n');
    }
    (title, text)
}
