package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.octavo.FourLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code octavoPlan} has returned in a build. A plan goes to its gate through the Jenkinsfile, which could show
 * approvers another text than the one that its hash stands for; so the gate takes a plan only as it was returned. Of
 * each plan a fingerprint is kept in the build's file, not the plan itself: the gate has that.
 */
public final class MadePlans extends InvisibleAction {
    /** Nobody approves more in one build; the oldest are forgotten, and their gates refuse them. */
    private static final int KEPT = 200;

    /** Never changed but replaced, so that it can be saved at any time. */
    private volatile List<Made> plans = new ArrayList<>();

    private MadePlans() {}

    /** Keeps what {@code octavoPlan} has returned. It is on disk when this returns. */
    public static void keep(Run<?, ?> run, @CheckForNull Object result) throws IOException {
        if (!(result instanceof Map<?, ?> plan)) {
            return;
        }
        Made made = made(plan);
        MadePlans action = of(run);
        synchronized (action) {
            List<Made> before = action.plans;
            List<Made> after = new ArrayList<>(before);
            after.removeIf(made::equals);
            after.add(made);
            action.plans = new ArrayList<>(after.subList(Math.max(0, after.size() - KEPT), after.size()));
            try {
                run.save();
            } catch (IOException e) {
                action.plans = before;
                throw e;
            }
        }
    }

    /**
     * Whether a gate's plan is one that {@code octavoPlan} has returned in this build.
     *
     * @return false where it has returned none, such as where the plan was made by the command itself in {@code sh}
     * @throws AbortException where it has returned some, and not this one
     */
    static boolean include(Run<?, ?> run, GateRequest request) throws IOException {
        MadePlans action = run.getAction(MadePlans.class);
        if (action == null || request.plan() == null) {
            return false;
        }
        Made asked = new Made(request.environment(), request.hash(), fingerprint(request.plan()));
        List<Made> plans = action.plans;
        if (plans.stream().anyMatch(asked::equals)) {
            return true;
        }
        boolean changed = plans.stream().anyMatch(made -> made.hash.equals(asked.hash));
        throw new FourLines(
                FourLines.INVALID,
                changed
                        ? "the plan is not as octavoPlan returned it"
                        : "no octavoPlan of this build has returned this plan",
                "octavoGate(id: '" + request.id() + "'), plan " + asked.hash,
                changed
                        ? "its hash is that of a plan of this build, its text or environment is another, so approvers"
                                + " would see what will not happen"
                        : "returned were "
                                + plans.stream()
                                        .map(made -> made.hash + " for \"" + made.environment + "\"")
                                        .collect(Collectors.joining(", ")),
                "pass the value that octavoPlan returned in this build, unchanged");
    }

    private static MadePlans of(Run<?, ?> run) {
        synchronized (run) {
            MadePlans action = run.getAction(MadePlans.class);
            if (action == null) {
                action = new MadePlans();
                run.addAction(action);
            }
            return action;
        }
    }

    private static Made made(Map<?, ?> plan) throws IOException {
        try {
            return new Made(text(plan, "environment"), text(plan, "hash"), fingerprint(PlanJson.write(plan)));
        } catch (IllegalArgumentException e) {
            throw new IOException("the plan cannot be kept: " + e.getMessage(), e);
        }
    }

    /** The same for the same content, however its fields are ordered. */
    private static String fingerprint(String json) throws IOException {
        try {
            byte[] text = PlanJson.write(PlanJson.sorted(PlanJson.read(json))).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String text(Map<?, ?> plan, String key) {
        Object value = plan.get(key);
        return value == null ? "" : value.toString().trim();
    }

    /** One plan. */
    private static final class Made {
        private final String environment;
        private final String hash;
        private final String fingerprint;

        Made(String environment, String hash, String fingerprint) {
            this.environment = environment;
            this.hash = hash;
            this.fingerprint = fingerprint;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Made made
                    && made.environment.equals(environment)
                    && made.hash.equals(hash)
                    && made.fingerprint.equals(fingerprint);
        }

        @Override
        public int hashCode() {
            return fingerprint.hashCode();
        }
    }
}
