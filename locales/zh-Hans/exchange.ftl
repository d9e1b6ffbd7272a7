# 从其他服务台导入历史

## 映射文件的问题
exchange-map-syntax = 无法读取:{ $detail }
exchange-map-unknown-word = “{ $given }”没有含义。可用的有:{ $known }
exchange-map-zone = 没有名为“{ $given }”的时区。请用 Asia/Shanghai 或 Etc/UTC 这样的名称
exchange-map-pattern = 日期格式“{ $given }”中的“{ $part }”缺失或没有含义。请用 YYYY、M、D、H、m、s,例如 D/M/YYYY HH:mm
exchange-map-day = “{ $given }”不是日期。请写成 2026-01-31
exchange-map-needs = 缺少 { $field }
exchange-map-not-here = 形式为“{ $shape }”的文件不能有 { $field }

## 文件的问题
exchange-column-missing = 文件中没有“{ $name }”列。现有的列:{ $present }
exchange-column-nearest = 文件中没有“{ $name }”列。是否指“{ $nearest }”?
exchange-column-repeated = 文件中有 { $count } 个“{ $name }”列。要用第一个,请写“{ $name }#1”
exchange-no-commitment = 这里没有发布名为“{ $name }”的服务承诺

## 某一行的问题
exchange-required = 单元格为空
exchange-garbled = 字节与文件的编码不符
exchange-cell-count = 该行有 { $found } 个单元格,表头有 { $expected } 个。可能缺少或多出引号、分隔符
exchange-not-a-moment = “{ $given }”不符合 dates 中的任何格式
exchange-no-such-time = “{ $given }”:没有这样的日期或时刻
exchange-in-the-future = “{ $given }”在将来。时区或日、月的顺序是否有误?
exchange-before-it-began = “{ $given }”早于 { $first }
exchange-unknown-value = 映射文件中没有“{ $given }”。请加入 values,或写明 otherwise
exchange-not-a-number = “{ $given }”不是整数
exchange-unknown-name = 这里没有名为“{ $given }”的对象({ $noun })。请先登记,或在 [create] 中允许新增
exchange-ambiguous-name = 这里有多个“{ $given }”({ $noun })。请改用编号
exchange-other-customer = 序列号为“{ $given }”的设备属于另一客户
exchange-repeated-key = “{ $given }”在前面的行中已出现;一张服务单占多行时,形式应为 events
exchange-refused = 服务单的规则不允许:{ $why }
exchange-other-past = { $key } 已导入过,而此文件所述的经过与之不同。已记录的内容保持不变
exchange-time-moved = 时间与前后各行不符,已改用 { $taken }
exchange-cut = 文字已截短为 { $kept } 个字符

## 结果
exchange-row = 第 { $row } 行
exchange-row-column = 第 { $row } 行,{ $column }
exchange-counting = 正在读取文件
exchange-taking = 正在导入服务单
exchange-judging = 正在核算网点与合同的承诺
exchange-done = 已导入 { $file },用时 { $span }(每秒 { $rate } 张)
exchange-dry = 未写入任何内容。导入 { $file } 的结果将是:
exchange-count-rows = 读取行数
exchange-count-added = 新增服务单
exchange-count-continued = 有新进展的服务单
exchange-count-unchanged = 无变化的服务单
exchange-count-left-out = 未导入的服务单
exchange-count-rows-left-out = 未归入服务单的行
exchange-count-facts = 记录的事实
exchange-count-customers = 新增客户
exchange-count-sites = 新增网点
exchange-count-contacts = 新增联系人
exchange-count-contracts = 新增合同
exchange-count-teams = 新增班组
exchange-count-people = 新增人员
exchange-more-problems = 另有 { $n } 条
exchange-exported = 已写出 { $n } 条事实
