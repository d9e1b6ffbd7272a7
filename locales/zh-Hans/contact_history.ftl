# 联系人的往来全记录
contact-history-lead = 报修、通话、往来消息和门户操作，按时间排在一起。
contact-history-all = 全部
contact-history-tickets = 服务单
contact-history-calls = 通话
contact-history-messages = 往来消息
contact-history-deliveries = 发出的通知
contact-history-acts = 门户操作
contact-history-empty = 还没有往来
contact-history-empty-words = 这位联系人报修、来电、来信或登录门户后，会记在这里。
contact-history-call-in = 来电
contact-history-call-out = 去电
contact-history-message-in = 来信
contact-history-message-out = 去信
contact-history-told = 通知
contact-history-portal = 门户
contact-history-act = 在门户上操作
