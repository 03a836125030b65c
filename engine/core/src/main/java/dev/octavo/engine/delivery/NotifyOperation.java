package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.catalog.ServiceOrder;
import dev.octavo.engine.notice.Channel;
import dev.octavo.engine.notice.Messenger;
import dev.octavo.engine.notice.Notice;
import dev.octavo.engine.record.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells people how a run stands. What cannot be delivered is a warning, and nothing stops for it. */
final class NotifyOperation implements Operation<NotifyRequest, NotifyResult> {
    private static final int AT_ONCE = 8;

    @Override
    public NotifyResult run(NotifyRequest request, EngineContext context) {
        NoticeText.Event event = NoticeText.Event.of(request.event())
                .orElseThrow(() -> invalid(
                        "There is no event \"" + request.event() + "\"",
                        "event",
                        request.event(),
                        NoticeText.Event.words()));
        if (!NoticeText.LANGUAGES.contains(request.language())) {
            throw invalid(
                    "There is no language \"" + request.language() + "\"",
                    "language",
                    request.language(),
                    NoticeText.LANGUAGES);
        }
        Map<String, Set<String>> channels = new LinkedHashMap<>();
        for (String channel : request.channels()) {
            Channel.kind(channel);
            channels.put(channel, Set.of());
        }
        Notice notice = NoticeText.of(event, request, RunRecord.open(context.workspace()), context);
        Messenger messenger = Messenger.of(context, Duration.ofSeconds(Math.max(1, request.timeout())));
        List<NotifyResult.Told> told = new ArrayList<>();
        for (InOrder.Outcome<Integer> outcome : InOrder.run(
                new ServiceOrder(channels, List.of()),
                AT_ONCE,
                context.cancellation()::isRequested,
                channel -> messenger.send(Channel.of(channel, context.environment()), notice),
                outcome -> {})) {
            EngineException failure = outcome.failure();
            if (failure != null) {
                failure.describe().lines().forEach(context.listener()::warning);
            }
            told.add(new NotifyResult.Told(outcome.service(), !outcome.failed(), failure == null ? "" : failure.why()));
        }
        context.cancellation().check();
        return new NotifyResult(event.word(), told);
    }

    private static EngineException invalid(String what, String input, String given, List<String> known) {
        return new EngineException(
                ErrorCode.CONFIG_INVALID,
                what,
                input,
                "there are " + String.join(", ", known),
                NearestName.hint(given, known, "values"));
    }
}
