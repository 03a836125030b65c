package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.ServiceOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InOrderTest {
    private final Map<String, Set<String>> needs = new LinkedHashMap<>();
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private InOrderTest service(String name, String... needed) {
        needs.put(name, Set.of(needed));
        return this;
    }

    private Map<String, InOrder.Outcome<String>> run(int atOnce, Function<String, String> work) {
        Map<String, InOrder.Outcome<String>> outcomes = new LinkedHashMap<>();
        InOrder.run(
                        new ServiceOrder(needs, List.of()),
                        atOnce,
                        stopped::get,
                        name -> {
                            begun.add(name);
                            return work.apply(name);
                        },
                        outcome -> {})
                .forEach(outcome -> outcomes.put(outcome.service(), outcome));
        return outcomes;
    }

    private static EngineException failure() {
        return new EngineException(ErrorCode.DEPLOY_FAILED, "no", "", "", "");
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void beginsOneOnlyOnceWhatItNeedsIsDone() {
        service("gateway", "orders", "catalog").service("orders", "catalog").service("catalog");

        run(4, name -> name);

        assertThat(begun).containsExactly("catalog", "orders", "gateway");
    }

    @Test
    void doesAsManyAtOnceAsAllowed() {
        service("a").service("b").service("c").service("d");
        CyclicBarrier pairs = new CyclicBarrier(2);
        Set<String> threads = ConcurrentHashMap.newKeySet();

        run(2, name -> {
            threads.add(Thread.currentThread().getName());
            meet(pairs);
            return name;
        });

        assertThat(threads).hasSize(2);
    }

    @Test
    void doesNotWaitForStrangers() {
        service("slow").service("catalog").service("orders", "catalog");
        CountDownLatch ordered = new CountDownLatch(1);

        Map<String, InOrder.Outcome<String>> outcomes = run(2, name -> {
            if (name.equals("slow")) {
                try {
                    assertThat(ordered.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            } else if (name.equals("orders")) {
                ordered.countDown();
            }
            return name;
        });

        assertThat(outcomes.values()).noneMatch(InOrder.Outcome::failed);
    }

    @Test
    void holdsBackWhatNeedsAFailedOneAndGoesOnWithTheRest() {
        service("gateway", "orders")
                .service("orders", "catalog")
                .service("catalog")
                .service("mailer");

        Map<String, InOrder.Outcome<String>> outcomes = run(1, name -> {
            if (name.equals("catalog")) {
                throw failure();
            }
            return name;
        });

        assertThat(begun).containsExactly("catalog", "mailer");
        assertThat(outcomes.keySet()).containsExactly("gateway", "orders", "catalog", "mailer");
        assertThat(outcomes.get("orders").heldBackBy()).containsExactly("catalog");
        assertThat(outcomes.get("gateway").heldBackBy()).containsExactly("orders");
        assertThat(outcomes.get("catalog").failure()).isNotNull();
        assertThat(outcomes.get("mailer").value()).isEqualTo("mailer");
    }

    @Test
    void beginsNothingMoreOnceItIsStopped() {
        service("a").service("b", "a");

        Map<String, InOrder.Outcome<String>> outcomes = run(2, name -> {
            stopped.set(true);
            return name;
        });

        assertThat(begun).containsExactly("a");
        assertThat(outcomes.get("b").failed()).isTrue();
        assertThat(outcomes.get("b").heldBackBy()).isEmpty();
    }
}
