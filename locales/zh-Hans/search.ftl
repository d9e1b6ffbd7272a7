# 全文搜索
search-title = 搜索
search-lead = 服务单及其往来记录、知识条目、客户、网点、联系人、型号、设备,一处搜索。
search-placeholder = 打印机卡纸、C9200、zgc、客户:…、状态:…、日期:2026-03
search-go = 搜索
search-making = 正在建立索引,结果可能还不全
search-unclear = 没有看懂条件“{ $words }”,已略过。
search-nothing-typed = 想找什么?
search-how = 直接输入现象、编号、型号或名称;简体、繁体、拼音首字母都可以。用 客户:、网点:、型号:、序列号:、状态:、级别:、日期: 缩小范围,加引号按原文查找,加减号排除。
search-none = 没有找到
search-none-lead = 换个说法,或去掉一些条件再试。
search-more = 更多结果
search-why = 匹配:
search-reason = { $term }({ $place } { $share })
search-place-title = 标题
search-place-opening = 开头
search-place-text = 正文
search-place-code = 编号型号
search-place-sound = 读音
search-like-open = 同一网点未结的相似服务单
search-like-earlier = 相似的以往服务单
search-kind-all = 全部
search-kind-ticket = 服务单
search-kind-customer = 客户
search-kind-site = 网点
search-kind-contact = 联系人
search-kind-product = 型号
search-kind-asset = 设备

# The filters of the search box, as they are typed.
search-filter-customer = 客户
search-filter-site = 网点
search-filter-model = 型号
search-filter-serial = 序列号
search-filter-state = 状态
search-filter-severity = 级别
search-filter-kind = 类型
search-filter-at = 日期
