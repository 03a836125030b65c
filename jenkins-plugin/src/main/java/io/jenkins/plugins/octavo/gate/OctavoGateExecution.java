package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.AbortException;
import hudson.console.HyperlinkNote;
import hudson.console.ModelHyperlinkNote;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.User;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.config.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;

/**
 * The step while it waits. It holds a gate's name and nothing else: what was asked and answered is in the build's
 * {@link GateAction}.
 */
final class OctavoGateExecution extends StepExecution {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(OctavoGateExecution.class.getName());

    /** What to open; null once it is open. */
    @CheckForNull
    private volatile GateRequest request;

    /** The gate's name once it is open. */
    @CheckForNull
    private volatile String key;

    private transient boolean finished;

    OctavoGateExecution(StepContext context, GateRequest request) {
        super(context);
        this.request = request;
    }

    @Override
    public boolean start() {
        later(this::open);
        return false;
    }

    @Override
    public void onResume() {
        later(() -> {
            if (request != null) {
                return open();
            }
            gate().attach(this);
            return null;
        });
    }

    @Override
    public void stop(Throwable cause) {
        if (!claim()) {
            return;
        }
        // whoever stops it may be the thread that all steps of the build share: nothing slow here
        Computer.threadPoolForRemoting.submit(() -> {
            try {
                if (key != null) {
                    gate().abort(sentence(cause));
                }
                endPause();
            } catch (IOException | InterruptedException e) {
                LOGGER.log(Level.WARNING, e, () -> "cannot note that " + getContext() + " was stopped");
            }
        });
        getContext().onFailure(cause);
    }

    @Override
    @CheckForNull
    public String getStatus() {
        try {
            return key == null ? "opening the gate" : status(gate());
        } catch (IOException | InterruptedException e) {
            return "gate cannot be read: " + e.getMessage();
        }
    }

    private static String status(PlanGate gate) {
        return gate.getState().word() + " at gate " + gate.getId() + ", "
                + gate.getApprovals().size() + " of " + gate.getQuorum() + " approvals";
    }

    /** Work that may wait for a disk or a directory server, and must not hold up the build's other branches. */
    private void later(Callable<Void> work) {
        Computer.threadPoolForRemoting.submit(() -> {
            try {
                work.call();
            } catch (Exception e) {
                if (claim()) {
                    getContext().onFailure(e);
                }
            }
        });
    }

    @SuppressFBWarnings(
            value = "RV_RETURN_VALUE_IGNORED_NO_SIDE_EFFECT",
            justification = "it saves, and tells by a future when it has")
    private Void open() throws Exception {
        GateRequest wanted = request;
        Run<?, ?> run = get(Run.class);
        FlowNode node = get(FlowNode.class);
        PlanGate gate = opened(run, node);
        if (gate == null) {
            GatePolicy policy = GatePolicy.of(Settings.of(run.getParent()), wanted);
            BuildPeople people = BuildPeople.of(run);
            policy.checkPeople(
                    wanted.id(),
                    "octavoGate(id: '" + wanted.id() + "')",
                    run.getParent(),
                    PlanGate.excluded(policy, people));
            gate = GateAction.open(run, node.getId(), wanted, policy, people);
        }
        key = gate.getKey();
        request = null;
        if (PauseAction.getPauseActions(node).isEmpty()) {
            node.addAction(new PauseAction("Octavo gate"));
        }
        tellWaiting(gate);
        getContext().saveState();
        boolean stopped;
        synchronized (this) {
            stopped = finished;
        }
        if (stopped) {
            gate.abort("");
            endPause();
        } else {
            gate.attach(this);
            try {
                GateAction.supersede(run, gate);
            } catch (IOException e) {
                // an older build waits on, and nothing else comes of it
                LOGGER.log(Level.WARNING, e, () -> "cannot end the gates that " + run + " supersedes");
            }
        }
        return null;
    }

    @CheckForNull
    private static PlanGate opened(Run<?, ?> run, FlowNode node) {
        GateAction action = run.getAction(GateAction.class);
        return action == null ? null : action.openedBy(node.getId()).orElse(null);
    }

    private PlanGate gate() throws IOException, InterruptedException {
        GateAction action = get(Run.class).getAction(GateAction.class);
        PlanGate gate = action == null || key == null ? null : action.gate(key);
        if (gate == null) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the gate is no longer in the build",
                    String.valueOf(key),
                    "the build's file was changed or is older than the pipeline's state",
                    "start the build again");
        }
        return gate;
    }

    /** Tells the build's log of an approval that is not the last one needed. */
    void tellVote(PlanGate gate) {
        List<GateVote> approvals = gate.getApprovals();
        if (!approvals.isEmpty()) {
            GateVote last = approvals.get(approvals.size() - 1);
            log("Gate " + gate.getId() + ": " + link(last.getUser()) + " approved, " + approvals.size() + " of "
                    + gate.getQuorum());
        }
    }

    private void tellWaiting(PlanGate gate) {
        String asked = gate.isPlanned()
                ? gate.getEnvironment() + ", " + gate.getCreated() + " to create, " + gate.getChanged() + " to change, "
                        + gate.getUnchanged() + " unchanged"
                : gate.getMessage();
        log("Gate " + gate.getId() + " waits for approval: " + asked + " - "
                + HyperlinkNote.encodeTo("/" + gate.getUrl(), "see it, approve or refuse"));
        if (!gate.isOwnPlan() && !gate.getEnvironment().isEmpty()) {
            log("warning: gate " + gate.getId()
                    + " asks with no plan of octavoPlan, so it will not open the credentials of "
                    + gate.getEnvironment());
        }
    }

    /** Lets the build go on, or end, with what became of the gate. */
    void finish(PlanGate gate) {
        if (!claim()) {
            return;
        }
        endPause();
        switch (gate.getState()) {
            case APPROVED -> {
                List<GateVote> approvals = gate.getApprovals();
                log("Gate " + gate.getId() + " was approved by "
                        + approvals.stream()
                                .map(vote -> link(vote.getUser())
                                        + (vote.getReason().isEmpty() ? "" : " (" + vote.getReason() + ")"))
                                .collect(Collectors.joining(", ")));
                getContext().onSuccess(result(gate, approvals));
            }
            case REFUSED -> interrupt(new GateRefusedCause(gate.getId(), gate.getRefusedBy(), gate.getReason()));
            case TIMED_OUT ->
                interrupt(new GateTimedOutCause(gate.getId(), gate.getPolicy().getHours()));
            case SUPERSEDED -> superseded(gate);
            case ABORTED -> getContext().onFailure(new FlowInterruptedException(Result.ABORTED, true));
            case WAITING -> throw new IllegalStateException("gate " + gate.getId() + " is still waiting");
        }
    }

    /** The build was not wrong, and nobody has refused it: it is not built any further. */
    private void superseded(PlanGate gate) {
        try {
            String job = get(Run.class).getParent().getFullName();
            getContext()
                    .onFailure(new FlowInterruptedException(
                            Result.NOT_BUILT,
                            true,
                            new GateSupersededCause(gate.getId(), job + "#" + gate.supersededBy())));
        } catch (IOException | InterruptedException e) {
            getContext().onFailure(e);
        }
    }

    private void interrupt(CauseOfInterruption cause) {
        getContext().onFailure(new FlowInterruptedException(Result.ABORTED, true, cause));
    }

    private static Map<String, Object> result(PlanGate gate, List<GateVote> approvals) {
        List<String> approvers =
                new ArrayList<>(approvals.stream().map(GateVote::getUser).toList());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("approver", String.join(", ", approvers));
        result.put("approvers", approvers);
        result.put(
                "reason",
                approvals.stream()
                        .map(GateVote::getReason)
                        .filter(reason -> !reason.isEmpty())
                        .collect(Collectors.joining("; ")));
        result.put("hash", gate.getHash());
        result.put("environment", gate.getEnvironment());
        return result;
    }

    /** Only one ends the step: a decision, a stop, or a failure. */
    private synchronized boolean claim() {
        boolean first = !finished;
        finished = true;
        return first;
    }

    private void endPause() {
        try {
            FlowNode node = get(FlowNode.class);
            if (!PauseAction.getPauseActions(node).isEmpty()) {
                PauseAction.endCurrentPause(node);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // the build must go on or end nevertheless
            LOGGER.log(Level.WARNING, e, () -> "cannot note the end of the pause in " + getContext());
        }
    }

    /** In English always, since logs are searched. */
    private void log(String line) {
        try {
            get(TaskListener.class).getLogger().println(line);
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot write to the log of " + getContext());
        }
    }

    private <T> T get(Class<T> type) throws IOException, InterruptedException {
        T value = getContext().get(type);
        if (value == null) {
            throw new AbortException("the build is gone: it has no " + type.getSimpleName());
        }
        return value;
    }

    private static String link(String id) {
        User user = User.getById(id, false);
        return user == null ? id : ModelHyperlinkNote.encodeTo(user);
    }

    private static String sentence(Throwable cause) {
        if (cause instanceof FlowInterruptedException interrupted) {
            return interrupted.getCauses().stream()
                    .map(CauseOfInterruption::getShortDescription)
                    .collect(Collectors.joining("; "));
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
