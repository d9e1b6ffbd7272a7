# 聯絡人的往來全記錄
contact-history-lead = 報修、通話、往來訊息和入口網站操作，按時間排在一起。
contact-history-all = 全部
contact-history-tickets = 服務單
contact-history-calls = 通話
contact-history-messages = 往來訊息
contact-history-deliveries = 發出的通知
contact-history-acts = 入口網站操作
contact-history-empty = 還沒有往來
contact-history-empty-words = 這位聯絡人報修、來電、來信或登入入口網站後，會記在這裡。
contact-history-call-in = 來電
contact-history-call-out = 去電
contact-history-message-in = 來信
contact-history-message-out = 去信
contact-history-told = 通知
contact-history-portal = 入口網站
contact-history-act = 在入口網站上操作
