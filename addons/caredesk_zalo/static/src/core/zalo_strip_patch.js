import { ChatWindow } from "@mail/core/common/chat_window";
import { DiscussContent } from "@mail/core/public_web/discuss_content";

import { ZaloStrip } from "@caredesk_zalo/core/zalo_strip";

Object.assign(DiscussContent.components, { ZaloStrip });
Object.assign(ChatWindow.components, { ZaloStrip });
