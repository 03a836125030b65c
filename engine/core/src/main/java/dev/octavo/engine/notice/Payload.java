package dev.octavo.engine.notice;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is posted to a robot, and where.
 *
 * @param headers besides the type of the content
 */
record Payload(URI uri, String body, Map<String, String> headers) {
    /** The least of what the robots take, in bytes: WeCom's 4096, with some room. */
    private static final int LARGEST = 3800;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Payload of(Channel channel, Notice notice, Instant now) {
        URI uri = channel.uri().orElseThrow();
        return switch (channel.kind()) {
            case DINGTALK -> dingtalk(channel, notice, now, uri);
            case WECOM -> new Payload(uri, json(wecom(notice)), Map.of());
            case FEISHU -> new Payload(uri, json(feishu(channel, notice, now)), Map.of());
            case SLACK -> new Payload(uri, json(Map.of("text", slack(notice))), Map.of());
            case WEBHOOK -> webhook(channel, notice, now, uri);
            case MAIL -> throw new IllegalArgumentException("mail is not posted");
        };
    }

    private static Payload dingtalk(Channel channel, Notice notice, Instant now, URI uri) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("msgtype", "markdown");
        body.put("markdown", Map.of("title", notice.title(), "text", markdown(notice, "\n\n")));
        URI signed = channel.secret()
                .map(secret -> {
                    String address = uri.toString();
                    return URI.create(
                            address + (uri.getQuery() == null ? "?" : "&") + Signatures.dingtalk(now, secret.reveal()));
                })
                .orElse(uri);
        return new Payload(signed, json(body), Map.of());
    }

    private static Map<String, Object> wecom(Notice notice) {
        return Map.of("msgtype", "markdown", "markdown", Map.of("content", markdown(notice, "\n")));
    }

    private static Map<String, Object> feishu(Channel channel, Notice notice, Instant now) {
        List<Object> lines = new ArrayList<>();
        for (String line : cut(notice.lines())) {
            lines.add(List.of(Map.of("tag", "text", "text", line)));
        }
        if (!notice.link().isEmpty()) {
            lines.add(List.of(Map.of("tag", "a", "text", notice.linkText(), "href", notice.link())));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        channel.secret().ifPresent(secret -> {
            body.put("timestamp", String.valueOf(now.getEpochSecond()));
            body.put("sign", Signatures.feishu(now, secret.reveal()));
        });
        body.put("msg_type", "post");
        body.put("content", Map.of("post", Map.of("zh_cn", Map.of("title", notice.title(), "content", lines))));
        return body;
    }

    private static String slack(Notice notice) {
        List<String> lines = new ArrayList<>();
        lines.add("*" + slack(notice.title()) + "*");
        cut(notice.lines()).forEach(line -> lines.add(slack(line)));
        if (!notice.link().isEmpty()) {
            lines.add(
                    "<" + notice.link().replace("|", "%7C").replace(">", "%3E") + "|" + slack(notice.linkText()) + ">");
        }
        return String.join("\n", lines);
    }

    /** The three characters that Slack wants escaped; so nobody is mentioned by a commit's message. */
    private static String slack(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static Payload webhook(Channel channel, Notice notice, Instant now, URI uri) {
        Map<String, Object> body = new LinkedHashMap<>(notice.facts());
        body.put("title", notice.title());
        body.put("text", String.join("\n", notice.lines()));
        body.put("link", notice.link());
        String text = json(body);
        return new Payload(
                uri,
                text,
                channel.secret()
                        .map(secret -> Map.of(
                                "X-Octavo-Timestamp",
                                String.valueOf(now.getEpochSecond()),
                                "X-Octavo-Signature",
                                Signatures.webhook(now, secret.reveal(), text)))
                        .orElse(Map.of()));
    }

    private static String markdown(Notice notice, String lineEnd) {
        List<String> lines = new ArrayList<>();
        lines.add("**" + plain(notice.title()) + "**");
        cut(notice.lines()).forEach(line -> lines.add(plain(line)));
        if (!notice.link().isEmpty()) {
            lines.add("[" + notice.linkText() + "](" + notice.link().replace(")", "%29") + ")");
        }
        return String.join(lineEnd, lines);
    }

    /** Without links and mentions of somebody else's making. */
    private static String plain(String text) {
        return text.replace("](", "] (").replace('<', '‹').replace('>', '›').replace("@", "@\u200b");
    }

    /** As many as there is room for. */
    private static List<String> cut(List<String> lines) {
        List<String> kept = new ArrayList<>();
        int size = 0;
        for (String line : lines) {
            size += line.getBytes(StandardCharsets.UTF_8).length + 2;
            if (size > LARGEST) {
                kept.add("…");
                return kept;
            }
            kept.add(line);
        }
        return kept;
    }

    private static String json(Map<String, Object> body) {
        return JSON.writeValueAsString(body);
    }
}
