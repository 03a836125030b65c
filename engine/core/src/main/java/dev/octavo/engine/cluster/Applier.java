package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes the objects of a plan, wave by wave. Where it fails, it says what was written and what was not. */
final class Applier {
    private static final Duration ESTABLISHED_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration NEW_KIND_RETRY = Duration.ofMillis(200);
    private static final int NAMED = 10;

    private final EngineContext context;
    private final ClusterClient client;
    private final Masker masker;
    private final ObjectWriter writer;
    private final Duration timeout;
    /** By identity: to compare them by value would read every manifest through. */
    private final Set<Item> written = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    Applier(DeploySpec spec, EngineContext context, ClusterClient client, Masker masker) {
        this.context = context;
        this.client = client;
        this.masker = masker;
        this.writer = new ObjectWriter(client, spec.applying(), masker);
        this.timeout = spec.timeout();
    }

    /**
     * Writes what the plan says is not as it should be.
     *
     * @param ready waits until what runs pods in the rounds before is ready; it is called before the next round is written
     * @return how many objects that were
     * @throws RolloutException as {@code ready} does
     */
    int apply(Prepared prepared, Consumer<List<ManifestObject>> ready) {
        List<Item> items = prepared.items().stream().filter(Item::write).toList();
        try {
            applyWaves(prepared, items, ready);
        } catch (RolloutException e) {
            throw e;
        } catch (EngineException e) {
            throw withProgress(e, items);
        }
        return items.size();
    }

    /** Whether the cluster is no longer as it was. */
    boolean hasWritten() {
        return !written.isEmpty();
    }

    private void applyWaves(Prepared prepared, List<Item> items, Consumer<List<ManifestObject>> ready) {
        AtomicInteger done = new AtomicInteger();
        int readyBelow = Wave.FIRST_ROUND;
        for (List<Item> together : Wave.groups(items, Item::object)) {
            int round = Wave.turn(together.get(0).object()).round();
            List<ManifestObject> before = running(prepared, readyBelow, round);
            if (!before.isEmpty()) {
                ready.accept(before);
            }
            readyBelow = round;
            List<Boolean> unused = client.each(together, item -> {
                apply(item);
                written.add(item);
                context.listener()
                        .progress("[" + done.incrementAndGet() + "/" + items.size() + " applied] "
                                + item.object().title() + " " + done(item.change()));
                return true;
            });
            together.stream()
                    .filter(item -> item.object().kind().equals("CustomResourceDefinition"))
                    .forEach(this::awaitEstablished);
        }
    }

    /** What runs pods in the rounds from one on and below another, whether it was written or not. */
    private static List<ManifestObject> running(Prepared prepared, int from, int below) {
        return prepared.items().stream()
                .map(Item::object)
                .filter(object -> RolloutTargets.runsPods(Place.of(object.apiVersion(), object.kind(), "")))
                .filter(object -> {
                    int round = Wave.turn(object).round();
                    return round >= from && round < below;
                })
                .toList();
    }

    private static String done(Change change) {
        return switch (change) {
            case CREATE -> "created";
            case RECREATE -> "recreated";
            case CHANGE, UNCHANGED, DELETE -> "changed";
        };
    }

    private void apply(Item item) {
        if (item.handOver()) {
            Autoscalers.handOver(item, client);
        }
        Answer answer = writer.write(item, context, timeout);
        // the paths of a new kind appear a moment after its definition was established
        Instant deadline = context.clock().instant().plus(ESTABLISHED_TIMEOUT);
        while (!item.served() && answer.notFound() && context.clock().instant().isBefore(deadline)) {
            client.pause(NEW_KIND_RETRY);
            answer = writer.write(item, context, timeout);
        }
        if (!answer.ok()) {
            throw new Refusals(client, masker).late(item.object(), Refusal.of(answer));
        }
    }

    private EngineException withProgress(EngineException failure, List<Item> items) {
        if (items.size() < 2) {
            return failure;
        }
        List<Item> rest = items.stream().filter(item -> !written.contains(item)).toList();
        String progress = written.isEmpty()
                ? "nothing was written for certain"
                : written.size() + " of " + items.size() + " objects were written before: "
                        + titles(items.stream().filter(written::contains).toList());
        return new EngineException(
                failure.code(),
                failure.what(),
                failure.where(),
                failure.why() + "\n" + progress + "\nnot, or not for certain: " + titles(rest),
                failure.fix() + "; the next run goes on from here",
                failure);
    }

    private static String titles(List<Item> items) {
        List<String> titles = new ArrayList<>(
                items.stream().limit(NAMED).map(item -> item.object().title()).toList());
        if (items.size() > NAMED) {
            titles.add("and " + (items.size() - NAMED) + " more");
        }
        return titles.stream().collect(Collectors.joining(", "));
    }

    /** A kind can be used once the server serves it, a moment after its definition was accepted. */
    private void awaitEstablished(Item item) {
        String name = item.object().name();
        String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        String selector = "fieldSelector=" + ResourceType.escape("metadata.name=" + name);
        // one that was there may still show what was wrong with it before
        boolean isNew = item.change() == Change.CREATE || item.change() == Change.RECREATE;
        new ConditionWait(client, context, path, selector)
                .await(
                        "CustomResourceDefinition/" + name,
                        object -> Tree.text(Readiness.condition(object, "Established"), "status")
                                .equals("True"),
                        object -> isNew ? namesTaken(object) : "",
                        ESTABLISHED_TIMEOUT);
    }

    private static String namesTaken(Map<String, Object> definition) {
        Map<String, Object> accepted = Readiness.condition(definition, "NamesAccepted");
        return Tree.text(accepted, "status").equals("False")
                ? "another definition has its names: " + Tree.text(accepted, "message")
                : "";
    }
}
