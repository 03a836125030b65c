package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.notice.Notice;
import dev.octavo.engine.record.RunRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What people are told of a run, out of its record. */
final class NoticeText {
    static final List<String> LANGUAGES = List.of("both", "zh", "en");

    private static final int SHOWN_DIGEST = 19;
    private static final int SHOWN_WHY = 12;

    /** What can have happened. */
    enum Event {
        GATE_WAITS("等待批准", "Waiting for approval", "去批准", "Look at the plan and answer"),
        DELIVERED("交付成功", "Delivered", "查看", "Look at it"),
        FAILED("交付失败", "Delivery failed", "查看", "Look at it"),
        SUPERSEDED("已被更新的构建取代", "Superseded by a newer build", "查看", "Look at it");

        private final String chinese;
        private final String english;
        private final String chineseLink;
        private final String englishLink;

        Event(String chinese, String english, String chineseLink, String englishLink) {
            this.chinese = chinese;
            this.english = english;
            this.chineseLink = chineseLink;
            this.englishLink = englishLink;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Event> of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word().equals(word))
                    .findFirst();
        }

        static List<String> words() {
            return Arrays.stream(values()).map(Event::word).toList();
        }
    }

    private record Failure(String operation, String code, String what, String where, String why, String fix) {}

    private final NotifyRequest request;
    private final RunRecord record;

    private NoticeText(NotifyRequest request, RunRecord record) {
        this.request = request;
        this.record = record;
    }

    static Notice of(Event event, NotifyRequest request, RunRecord record, EngineContext context) {
        return new NoticeText(request, record).notice(event, context);
    }

    private Notice notice(Event event, EngineContext context) {
        String job = context.environment().getOrDefault("JOB_NAME", "");
        String build = context.environment().getOrDefault("BUILD_NUMBER", "");
        Optional<SourceResult> source = record.get(SourceOperation.PART, SourceResult.class);
        List<String> names = request.service().isEmpty() ? record.services() : List.of(request.service());
        String version = source.map(SourceResult::version).orElse("");

        List<String> title = new ArrayList<>(List.of(said(event.chinese, event.english)));
        title.add(String.join(", ", names) + (version.isEmpty() ? "" : " " + version));
        title.add(request.environment());
        title.removeIf(String::isEmpty);

        List<String> lines = new ArrayList<>();
        if (!job.isEmpty()) {
            lines.add(said("构建", "build") + ": " + job + " #" + build);
        }
        source.ifPresent(each -> lines.add(said("提交", "commit") + ": " + each.shortCommit()
                + (each.branch().isEmpty() ? "" : " " + each.branch()) + ", " + each.author() + ": " + each.message()));
        lines.addAll(
                switch (event) {
                    case GATE_WAITS -> plan(names);
                    case DELIVERED -> deployed(names);
                    case FAILED -> failed(names);
                    case SUPERSEDED -> List.of();
                });
        request.message().lines().forEach(lines::add);

        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("event", event.word());
        facts.put("environment", request.environment());
        facts.put("services", names);
        facts.put("version", version);
        facts.put("commit", source.map(SourceResult::commit).orElse(""));
        facts.put("job", job);
        facts.put("build", build);
        return new Notice(
                String.join(" · ", title), lines, request.link(), said(event.chineseLink, event.englishLink), facts);
    }

    private String said(String chinese, String english) {
        return switch (request.language()) {
            case "zh" -> chinese;
            case "en" -> english;
            default -> chinese + " " + english;
        };
    }

    /** What the gate asks for, in a line for each microservice. */
    private List<String> plan(List<String> names) {
        Optional<PlanResult> plan = record.get("plan-" + request.environment(), PlanResult.class);
        if (plan.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (PlanResult.Planned planned : plan.get().services()) {
            if (names.contains(planned.service())) {
                String digest = planned.digest();
                lines.add(planned.service() + ": " + planned.plan().summary()
                        + (digest.isEmpty() ? "" : ", " + digest.substring(0, Math.min(SHOWN_DIGEST, digest.length())))
                        + ", " + said("测试", "tests") + " " + planned.tests()
                        + ", " + said("质量", "quality") + " " + planned.quality());
            }
        }
        return lines;
    }

    private List<String> deployed(List<String> names) {
        List<String> lines = new ArrayList<>();
        for (DeployResult each : record.list("deployments", DeployResult.class)) {
            String out = each.services().stream()
                    .map(DeployResult.Deployed::service)
                    .filter(names::contains)
                    .collect(Collectors.joining(", "));
            if (!out.isEmpty()) {
                lines.add(each.environment() + ": " + out
                        + (each.approver().isEmpty() ? "" : ", " + said("批准人", "approved by") + " " + each.approver()));
            }
        }
        return lines;
    }

    /** Which went out and which did not, and why. */
    private List<String> failed(List<String> names) {
        List<String> lines = new ArrayList<>();
        lines.addAll(deployed(names));
        List<Failure> failures = record.list("failures", Failure.class);
        if (!failures.isEmpty()) {
            Failure last = failures.get(failures.size() - 1);
            lines.add(last.code() + " " + last.what());
            if (!last.where().isEmpty()) {
                lines.add(last.where());
            }
            List<String> why = last.why().lines().toList();
            lines.addAll(why.subList(0, Math.min(SHOWN_WHY, why.size())));
            lines.add(said("处理", "fix") + ": " + last.fix());
        }
        return lines;
    }
}
