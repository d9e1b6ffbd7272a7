# 知识库：知识条目、缺口、服务单上的条目、门户

nav-articles = 知识库
articles-title = 知识条目
articles-lead = 用户技术支持数据库：已知的故障、做法和通知，写一次，处处可用。
articles-overdue = 到期待复核
articles-empty = 还没有知识条目
articles-empty-words = 解决一张服务单后，可以把经过写成知识条目；也可以从模板新写。
articles-none-overdue = 没有到期待复核的条目
articles-none-overdue-words = 已发布的条目都在复核期限之内。
article-new = 写知识条目
article-search = 标题或型号
article-caption = 知识条目列表
article-numbered = 知识条目 { $id }
label-article-title = 标题
label-article-state = 状态
label-article-kind = 类型
label-article-visibility = 谁能看
label-article-owner = 负责人
label-article-review-on = 复核日期
label-article-symptom = 现象
label-article-affected = 涉及的型号与版本
label-article-cause = 原因
label-article-workaround = 临时办法
label-article-solution = 解决方案
label-article-edition = 版次
label-article-published = 发布时间
article-kind-known-fault = 已知故障
article-kind-known-fault-means = 故障怎样表现、为什么、怎样解决；可以关联许多服务单
article-kind-how-to = 操作方法
article-kind-how-to-means = 一件事怎样做，一步一步写清楚
article-kind-notice = 通知
article-kind-notice-means = 需要客户或同事知道的事
article-state-draft = 草稿
article-state-published = 已发布
article-state-retired = 已停用
article-internal = 仅内部
article-internal-means = 只有我们自己的人能看到
article-public = 客户可见
article-public-means = 发布后，客户在门户里可以查到
article-used = 用于服务单
article-helped = 已解决且未重开
article-answers = 客户说有帮助
article-updated = 更新于
article-review-due = 复核日期已过：请确认内容仍然适用，或修改、停用。
article-review = 复核
article-next-review = 下次复核
article-next-review-hint = 不填为半年之后
article-still-holds = 内容仍然适用
article-tickets = 关联的服务单
article-no-tickets = 还没有关联服务单。
article-link-ticket = 关联一张服务单
article-editions = 历次版本
article-edition = 第 { $n } 版
article-compare = 比较版本
article-compare-old = 旧版
article-compare-new = 新版
article-compare-do = 比较
article-compare-same = 两版相同
article-compare-same-words = 请选另外两版。
article-file-copy = 复制插图代码
article-files-hint = 拖放、粘贴截图，或用手机拍照；每个不超过 { $limit }。复制插图代码，粘贴到正文里即可显示图片
article-retire = 停用
article-publish = 发布
article-all-versions = 所有版本
article-templates-lead = 选一个模板开始。
article-preview = 预览
article-symptom-hint = 报修的人会怎样说？写上报警和日志的原文，便于查到
article-affected-hint = 一行一个型号；冒号后写版本，不写为所有版本
article-cause-hint = 已经查明的原因
article-workaround-hint = 彻底解决之前可以先这样做
article-solution-hint = 分步骤写，客户和同事照着就能做
article-review-on-hint = 不填则发布后半年
article-markdown-hint = 正文用 Markdown：**加粗**、1. 编号、- 列表、`命令`、| 表格 |。先保存，再上传图片。

article-template-known-fault-symptom =
    - 现象：
    - 报警或日志原文：
    - 出现的条件：
article-template-known-fault-cause = 原因：
article-template-known-fault-workaround =
    1. 
article-template-known-fault-solution =
    1. 
    2. 

    验证：
article-template-how-to-symptom = 适用于：
article-template-how-to-solution =
    准备：

    1. 
    2. 
    3. 

    完成后检查：
article-template-notice-symptom =
    - 什么事：
    - 什么时间：
    - 影响谁：
article-template-notice-solution = 需要您做的：

gaps-title = 没有找到的问题
gaps-lead = 在搜索和门户里问过、却没有结果的问题，按次数排列；不记录是谁问的。
gaps-question = 问题
gaps-asked = 次数
gaps-last = 最近一次
gaps-acts = 操作
gaps-none = 目前没有
gaps-none-words = 搜索没有结果时，问题会记在这里。
gaps-write = 写条目
gaps-forget = 不需要

notice-article-written = 草稿已保存
notice-article-published = 已发布
notice-article-retired = 已停用
notice-article-reviewed = 已复核
notice-article-linked = 已关联知识条目
notice-article-unlinked = 已取消关联
notice-article-sent = 解决方案已发给客户
notice-gap-forgotten = 已移除
notice-portal-helped = 谢谢您的反馈
refusal-article-says-nothing = 条目还没有内容：请至少写上现象、临时办法或解决方案，再发布。
refusal-article-review-past = 复核日期已过：请先修改复核日期，再发布。
refusal-article-retired = 这个条目已停用，不能再关联。
refusal-article-knows-no-way = 这个条目还没有发布的解决方案或临时办法。
refusal-article-not-published = 只有已发布的条目才需要复核。
error-too-many-lines = 最多 { $most } 行。
error-review-past = 请填写今天之后的日期。

## 服务单上
ticket-articles = 知识条目
ticket-no-articles = 还没有关联知识条目。
ticket-article-sent = 已发给客户
ticket-article-knows = 有解决办法
ticket-article-open = 尚无解决办法
ticket-article-reply = 用于答复
ticket-article-send = 发给客户
ticket-article-unlink = 取消关联
ticket-article-link = 关联知识条目
ticket-article-which = 哪个条目
ticket-article-link-do = 关联
ticket-article-make = 写成知识条目
search-kind-article = 知识条目
search-like-articles = 可能有用的知识条目
like-title = 相关的知识条目与服务单
like-link = 关联到这张服务单
like-send = 把解决方案发给客户
like-linked = 已关联到这张服务单
fact-ticket-article-linked = 关联知识条目：
fact-ticket-article-unlinked = 取消关联知识条目：
fact-ticket-known-problem-found = 知识库中已有解决办法：
fact-ticket-solution-sent = 已把解决方案发给客户：
fact-article-written = 写成草稿
fact-article-edited = 修改为第 { $edition } 版
fact-article-published = 发布第 { $edition } 版，复核日期 { $review_on }
fact-article-retired = 停用
fact-article-reviewed = 复核，下次 { $review_on }
fact-article-file-added = 添加文件
fact-article-file-removed = 移除文件

## 门户
portal-nav-articles = 帮助
portal-articles = 帮助与常见问题
portal-articles-lead = 先查一查，也许马上就能解决。
portal-articles-search = 描述您的问题，例如：打印机脱机
portal-articles-none = 没有找到相关内容。换个说法试试，或直接报修。
portal-articles-empty = 还没有内容
portal-articles-empty-words = 有了新的解决方法，会登在这里。
portal-did-it-help = 这篇内容有帮助吗？
portal-helped = 有帮助
portal-helped-not = 没有帮助
portal-helped-not-words = 抱歉没能帮到您，您可以直接
portal-like-open = 同一网点已有类似的报修
portal-like-articles = 也许这些能马上帮到您
portal-known = 相关的解决方法
portal-fact-ticket-solution-sent = 已向您提供解决方案

## 通知与权限
told-known-solved = 已知故障有了解决方案
told-known-solved-subject = [{ $number }] 已有解决方案：{ $title }
told-known-solved-text =
    { $name }，您好：

    您报修的“{ $title }”是一个已知故障，现在有了解决方案：

    { $text }

    如照此处理仍未解决，请告诉我们。
permission-view-articles = 查看知识条目
permission-write-articles = 编写知识条目
permission-publish-articles = 发布和停用知识条目

## 诊断与方案（C7.4）
documents-title = 诊断与方案
documents-write = 撰写
documents-read = 客户已读
documents-unread = 客户未读
documents-delivered = 送达
documents-read-at = 已读
documents-contact-hint = 发送到这位联系人的邮箱，并显示在门户里
document-section = 【{ $title }】
    { $text }
ticket-document-diagnosis = 诊断结果
ticket-document-diagnosis-hint = 送达客户后，24 小时诊断的计时停止。
ticket-document-plan = 紧急故障处理方案
ticket-document-plan-hint = 送达客户后，24 小时处理方案的计时停止。
document-findings = 检测与分析经过
document-findings-hint = 做了哪些测试，看到了什么
document-conclusion = 诊断结论
document-conclusion-hint = 原因是什么，影响到哪里
document-treatment = 处理方法
document-treatment-hint = 怎样处理，需要客户配合什么
document-outlook = 后续安排
document-outlook-hint = 何时完成，之后怎样预防
document-situation = 故障情况与影响
document-situation-hint = 什么停了，影响哪些业务和多少人
document-steps = 处理步骤
document-steps-hint = 按先后写，先恢复业务，再查原因
document-resources = 人员与备件
document-resources-hint = 谁去做，带什么备件和工具
document-schedule = 时间安排
document-schedule-hint = 每一步何时开始、何时完成
document-fallback = 回退与应急措施
document-fallback-hint = 如果行不通怎么办
fact-ticket-document-read = 客户已读送达的文件
told-diagnosis = 诊断结果
told-diagnosis-subject = [{ $number }] 诊断结果：{ $title }
told-diagnosis-text =
    { $name }，您好：

    您报修的“{ $title }”经远端测试分析，结果如下：

    { $text }
told-plan = 紧急故障处理方案
told-plan-subject = [{ $number }] 紧急故障处理方案：{ $title }
told-plan-text =
    { $name }，您好：

    您报修的“{ $title }”的处理方案如下：

    { $text }
