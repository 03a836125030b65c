package dev.octavo.engine.preflight;

import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Comments that say which rule is not meant where, and why. */
final class Silences {
    private static final Pattern COMMENT = Pattern.compile(
            "(?:#|//|/\\*|<!--|\\*)[ \\t]*octavo:ignore\\b[ \\t]*([A-Za-z][A-Za-z0-9-]*)?[ \\t]*([^\\r\\n]*)");
    private static final Pattern END = Pattern.compile("\\s*(?:\\*/|-->)\\s*$");

    private final List<Silence> all = new ArrayList<>();

    /** A finding that a comment silences. */
    record Silenced(Finding finding, String reason) {}

    private static final class Silence {
        private final SourceFile file;
        private final Span span;
        private final String rule;
        private final String reason;
        private final int from;
        private final int to;
        private boolean used;

        Silence(SourceFile file, Span span, String rule, String reason, int from, int to) {
            this.file = file;
            this.span = span;
            this.rule = rule;
            this.reason = reason;
            this.from = from;
            this.to = to;
        }

        boolean covers(Finding finding) {
            return finding.file().equals(file.path())
                    && finding.line() >= from
                    && finding.line() <= to
                    && (rule.equalsIgnoreCase(finding.rule().id())
                            || rule.equalsIgnoreCase(finding.rule().label()));
        }
    }

    void read(SourceFile file) {
        if (!file.text().contains("octavo:ignore")) {
            return;
        }
        Matcher matcher = COMMENT.matcher(file.text());
        while (matcher.find()) {
            int line = file.line(matcher.start());
            String before = file.text().substring(file.lineStart(line), matcher.start());
            int to = before.isBlank() ? nextLine(file, line) : line;
            String rule = matcher.group(1) == null ? "" : matcher.group(1);
            String reason = END.matcher(matcher.group(2)).replaceAll("").strip();
            int end = Math.min(
                    matcher.end(), file.lineStart(line) + file.lineText(line).length());
            all.add(new Silence(file, new Span(matcher.start(), end), rule, reason, line, to));
        }
    }

    /** The next line with more than a comment. */
    private static int nextLine(SourceFile file, int line) {
        int next = line + 1;
        while (next < file.lines() && file.lineText(next).strip().matches("|#.*|//.*")) {
            next++;
        }
        return next;
    }

    /** Takes out what is silenced, and adds what is wrong with the comments themselves. */
    List<Finding> apply(List<Finding> found, Findings more, List<Silenced> silenced) {
        List<Finding> left = new ArrayList<>();
        for (Finding finding : found) {
            Optional<Silence> silence =
                    all.stream().filter(each -> each.covers(finding)).findFirst();
            silence.ifPresent(each -> each.used = true);
            if (silence.isPresent() && !silence.get().reason.isEmpty()) {
                silenced.add(new Silenced(finding, silence.get().reason));
            } else {
                left.add(finding);
            }
        }
        all.forEach(silence -> complain(silence, more));
        return left;
    }

    private static void complain(Silence silence, Findings more) {
        List<String> rules = Arrays.stream(Rule.values()).map(Rule::id).toList();
        boolean known = Arrays.stream(Rule.values())
                .anyMatch(rule ->
                        rule.id().equalsIgnoreCase(silence.rule) || rule.label().equalsIgnoreCase(silence.rule));
        if (!known) {
            List<String> meant = silence.rule.isEmpty() ? List.of() : NearestName.of(silence.rule, rules);
            more.at(Rule.IGNORE_UNUSED, silence.file, silence.span)
                    .meant(meant)
                    .say(
                            silence.rule.isEmpty() ? "No rule is named" : "There is no rule " + silence.rule,
                            Names.fix(meant, "write octavo:ignore RULE and the reason"));
        } else if (silence.reason.isEmpty()) {
            more.at(Rule.IGNORE_WITHOUT_REASON, silence.file, silence.span)
                    .say("No reason is given, so nothing is silenced", "write why behind " + silence.rule);
        } else if (!silence.used) {
            more.at(Rule.IGNORE_UNUSED, silence.file, silence.span)
                    .say("There is no " + silence.rule + " here to silence", "take the comment away");
        }
    }
}
