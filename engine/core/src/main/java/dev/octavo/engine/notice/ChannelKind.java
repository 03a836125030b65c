package dev.octavo.engine.notice;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Ways to people. */
public enum ChannelKind {
    DINGTALK,
    WECOM,
    FEISHU,
    SLACK,
    /** Any program that takes JSON. */
    WEBHOOK,
    MAIL;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ChannelKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** The words of all. */
    public static List<String> words() {
        return Arrays.stream(values()).map(ChannelKind::word).toList();
    }
}
