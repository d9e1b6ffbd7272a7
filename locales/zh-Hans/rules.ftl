# 业务规则的答复

## 规则说不的时候
refusal-not-in-this-state = 现在的状态是“{ $state }”，不能“{ $verb }”。
refusal-already-so = 已经是这样了，没有要改的。
refusal-changed-meanwhile = 别人刚改过（你看到的是第 { $seen } 版，现在是第 { $current } 版）。请刷新后再试。
refusal-in-the-future = { $at } 还没有到，不能记为已发生。
refusal-before-it-began = { $at } 早于开始的时间 { $began }。
refusal-deadline-passed = 新的时限 { $due } 已经过去。请选一个将来的时间。
refusal-nothing-owed = 承诺“{ $promise }”目前没有未了结的应履约项。
refusal-same-ticket = 不能与自己关联或合并。
refusal-different-customers = 两张服务单不是同一个客户的。
refusal-merge-circle = 对方已经并入这张服务单。
refusal-serial-taken = 序列号 { $serial } 已是{ $customer }的设备。请核对标签；确实换了归属的，请先在原设备上更正。
refusal-site-of-another-customer = 这个网点是别的客户的。
refusal-asset-of-another-customer = 这台设备在别的客户处。
refusal-contact-of-another-customer = 这个联系人是别的客户的。
refusal-contract-of-another-customer = 这份合同是与别的客户签的。
refusal-cover-overlaps = 从 { $on } 起，合同 { $contract } 也覆盖同一网点。请改日期或网点。
refusal-ends-before-it-begins = 不能早于第一天 { $from }。
refusal-signed-in-the-future = { $on } 还没有到，不能是签字日期。
refusal-archived = 已经归档。请先恢复。
refusal-still-in-use = 还有 { $uses } 处在用，不能归档。
refusal-last-administrator = 至少要留一位管理员。
refusal-own-account = 不能对自己的账号这样做。
refusal-account-inactive = 这个账号已停用。

## 填写有误
error-not-there = 没有这一项。请重新选择。
error-which-one = “{ $given }”对应 { $count } 项，请从列表中选一项。
error-code-character = 不能有“{ $found }”。只用字母、数字和 - _ . /
error-phone = “{ $given }”不是电话号码。例如 021-55881234 转 802
error-phone-or-mail = 电话和邮箱至少填一项
error-mail = “{ $given }”不是邮箱地址
error-zone = 没有“{ $given }”这个时区。例如 Asia/Shanghai
error-coordinate = “{ $given }”应是 -{ $most } 到 { $most } 之间的数
error-serial = “{ $given }”里没有字母或数字
error-serial-or-name = 序列号和名称至少填一项
error-months = “{ $given }”应是 0 到 { $most } 的整数（月）
error-ends-before-it-begins = 不能早于第一天 { $from }
error-severity-reason-required = 与建议的级别不同，请写理由
error-ticket-number = “{ $given }”不是正确的故障号码，请核对
error-too-many-files = 一次最多 { $most } 个文件
