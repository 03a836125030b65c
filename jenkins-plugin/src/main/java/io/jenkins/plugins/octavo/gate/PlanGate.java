package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.ModelObject;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.util.Timer;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.GET;
import org.kohsuke.stapler.verb.POST;

/**
 * A gate of a build: what is asked, of whom, and what became of it. It is kept in the build's file; its plan is in a
 * file of its own and read only for its page.
 */
@ExportedBean(defaultVisibility = 2)
public final class PlanGate implements ModelObject, StaplerProxy {
    private static final Logger LOGGER = Logger.getLogger(PlanGate.class.getName());

    private final String id;
    private final int number;
    private final String node;
    private final String environment;
    private final String message;
    private final String hash;
    private final boolean planned;
    private final boolean ownPlan;
    /** Those that its plan deploys; null in the files of an earlier version. */
    @CheckForNull
    private final List<String> services;

    private final boolean notSuperseded;
    private final int created;
    private final int changed;
    private final int unchanged;
    private final GatePolicy policy;
    private final BuildPeople people;
    private final long since;
    private long deadline;

    private volatile GateState state = GateState.WAITING;
    /** Never changed but replaced, so that it can be read and saved at any time. */
    private volatile List<GateVote> approvals = new ArrayList<>();

    private volatile String endedBy = "";
    private volatile String endReason = "";
    private volatile long ended;

    private transient GateAction action;
    private transient OctavoGateExecution execution;
    private transient ScheduledFuture<?> timer;
    /** Whether its step has begun or been resumed since the controller started. */
    private transient boolean live;

    PlanGate(
            GateRequest request,
            int number,
            String node,
            GatePolicy policy,
            BuildPeople people,
            GatePlan plan,
            boolean ownPlan) {
        this.id = request.id();
        this.number = number;
        this.node = node;
        this.environment = request.environment();
        this.message = request.message();
        this.hash = request.hash();
        this.planned = request.plan() != null;
        this.ownPlan = ownPlan;
        this.services = new ArrayList<>(plan.getServices().stream()
                .map(GatePlan.PlannedService::service)
                .toList());
        this.notSuperseded = request.notSuperseded();
        this.created = plan.getCreated();
        this.changed = plan.getChanged();
        this.unchanged = plan.getUnchanged();
        this.policy = policy;
        this.people = people;
        this.live = true;
        this.since = System.currentTimeMillis();
        this.deadline = since + TimeUnit.HOURS.toMillis(policy.getHours());
    }

    static String key(String id, int number) {
        return id + "." + number;
    }

    void setAction(GateAction action) {
        this.action = action;
    }

    // --- the step that waits

    /** Connects the step that waits here, at its start and after each restart; it goes on where this was decided. */
    void attach(OctavoGateExecution step) {
        synchronized (action) {
            execution = step;
            live = true;
            if (state == GateState.WAITING) {
                arm();
                return;
            }
        }
        step.finish(this);
    }

    /** Whether a step of this controller's life waits here. */
    boolean isAttached() {
        return live && state == GateState.WAITING;
    }

    private void arm() {
        if (timer != null) {
            timer.cancel(false);
        }
        long left = Math.max(0, deadline - System.currentTimeMillis());
        timer = Timer.get().schedule(this::expire, left, TimeUnit.MILLISECONDS);
    }

    /** Lets the time run out now or earlier than it would, for tests. */
    void setDeadline(long deadline) {
        synchronized (action) {
            this.deadline = deadline;
            arm();
        }
    }

    private void expire() {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            if (end(GateState.TIMED_OUT, "", "")) {
                goOn();
            }
        } catch (IOException e) {
            // the gate stays shut, and the next try may find room on the disk
            timer = Timer.get().schedule(this::expire, 1, TimeUnit.MINUTES);
            LOGGER.log(Level.WARNING, e, () -> "cannot end gate " + id + " of " + action.getRun());
        }
    }

    // --- a newer build at the same gate

    /** The same name without the number that it has where its build asks again. */
    private String name() {
        return id.replaceFirst("-[0-9]+$", "");
    }

    /** Whether another gate, of a newer build, asks for all that this one asks for: the same gate, and no microservice less. */
    boolean isCoveredBy(PlanGate newer) {
        return !notSuperseded
                && !services().isEmpty()
                && name().equals(newer.name())
                && environment.equals(newer.environment)
                && newer.services().containsAll(services());
    }

    /** Whether both deploy something of the same microservice; what does not say so may. */
    boolean overlaps(PlanGate other) {
        return services().isEmpty()
                || other.services().isEmpty()
                || services().stream().anyMatch(other.services()::contains);
    }

    List<String> services() {
        return services == null ? List.of() : services;
    }

    /** A newer build has come to the same gate. */
    void supersede(int build) throws IOException {
        if (end(GateState.SUPERSEDED, "", String.valueOf(build))) {
            goOn();
        }
    }

    /** The number of the build that has superseded this one. */
    int supersededBy() {
        return state == GateState.SUPERSEDED ? Integer.parseInt(endReason) : 0;
    }

    /** The build goes away under it. */
    void abort(String why) throws IOException {
        end(GateState.ABORTED, "", why);
    }

    /** A gate whose step is gone, since the build went on from an earlier state than that which had opened it. */
    void abandon() {
        if (state == GateState.WAITING) {
            ended = System.currentTimeMillis();
            state = GateState.ABORTED;
        }
    }

    // --- what GateDecision has decided

    /** Keeps an approval and ends the gate where it was the last one needed. The caller holds {@link #lock()}. */
    void approve(String user, String reason) throws IOException {
        List<GateVote> before = approvals;
        long now = System.currentTimeMillis();
        List<GateVote> after = new ArrayList<>(before);
        after.add(new GateVote(user, reason, now));
        approvals = after;
        boolean enough = after.size() >= policy.getQuorum();
        try {
            if (enough) {
                end(GateState.APPROVED, user, reason);
            } else {
                action.save();
            }
        } catch (IOException e) {
            approvals = before;
            throw e;
        }
    }

    /** Keeps a refusal. The caller holds {@link #lock()}. */
    void refuse(String user, String reason) throws IOException {
        end(GateState.REFUSED, user, reason);
    }

    /** Decides it once. Nothing is told to anybody before it is on disk. */
    private boolean end(GateState how, String by, String why) throws IOException {
        synchronized (action) {
            if (state != GateState.WAITING) {
                return false;
            }
            ended = System.currentTimeMillis();
            endedBy = by;
            endReason = why;
            state = how;
            try {
                action.save();
            } catch (IOException e) {
                state = GateState.WAITING;
                throw e;
            }
            if (timer != null) {
                timer.cancel(false);
                timer = null;
            }
            return true;
        }
    }

    Object lock() {
        return action;
    }

    /** Tells the step, where it is there already; where it is not, it finds out when the build is resumed. */
    void goOn() {
        OctavoGateExecution step = execution;
        if (step != null) {
            if (state == GateState.WAITING) {
                step.tellVote(this);
            } else {
                step.finish(this);
                execution = null;
            }
        }
    }

    GatePolicy policy() {
        return policy;
    }

    boolean started(String user) {
        return contains(people.starters(), user);
    }

    boolean wrote(String user) {
        return contains(people.authors(), user);
    }

    boolean approvedBy(String user) {
        return contains(approvals.stream().map(GateVote::getUser).toList(), user);
    }

    static boolean contains(List<String> users, String user) {
        return users.stream()
                .anyMatch(each ->
                        Jenkins.get().getSecurityRealm().getUserIdStrategy().equals(each, user));
    }

    static Set<String> excluded(GatePolicy policy, BuildPeople people) {
        Set<String> excluded = new LinkedHashSet<>();
        if (policy.isNotStarter()) {
            excluded.addAll(people.starters());
        }
        if (policy.isNotAuthor()) {
            excluded.addAll(people.authors());
        }
        return excluded;
    }

    /** Whether the plan can still be shown; nobody may approve one that cannot. */
    boolean isReadable() {
        return !planned || Files.isRegularFile(file());
    }

    private Path file() {
        return action.planFile(getKey());
    }

    long ended() {
        return ended;
    }

    String getNode() {
        return node;
    }

    // --- what is shown and exported

    @Exported
    public String getId() {
        return id;
    }

    /** From 1, where a build asks at the same gate again. */
    @Exported
    public int getNumber() {
        return number;
    }

    /** The name of its plan's file, and its address that stays. */
    public String getKey() {
        return key(id, number);
    }

    /** {@code ""} where it belongs to none. */
    @Exported
    public String getEnvironment() {
        return environment;
    }

    @Exported
    public String getMessage() {
        return message;
    }

    /** What approvers have to name, so that they approve what they saw. */
    @Exported
    public String getHash() {
        return hash;
    }

    /** How many objects are not there yet. */
    @Exported
    public int getCreated() {
        return created;
    }

    /** How many objects will be others. */
    @Exported
    public int getChanged() {
        return changed;
    }

    @Exported
    public int getUnchanged() {
        return unchanged;
    }

    /** The plan in some words of the reader's language. */
    public String getSummary() {
        return Messages.GatePlan_summary(created, changed, unchanged);
    }

    public GateState getState() {
        GateState now = state;
        return now == GateState.WAITING && !action.getRun().isBuilding() ? GateState.ABORTED : now;
    }

    /** Such as {@code waiting} or {@code timed out}. */
    @Exported(name = "state")
    public String getStateWord() {
        return getState().word();
    }

    @Exported
    public List<GateVote> getApprovals() {
        return List.copyOf(approvals);
    }

    /** How many different people have to approve. */
    @Exported
    public int getQuorum() {
        return policy.getQuorum();
    }

    @Exported
    public Date getSince() {
        return new Date(since);
    }

    @Exported
    public Date getDeadline() {
        return new Date(deadline);
    }

    /** Who refused it; {@code ""} where nobody did. */
    @Exported
    public String getRefusedBy() {
        return state == GateState.REFUSED ? endedBy : "";
    }

    /** Why it was refused or aborted. */
    @Exported
    public String getReason() {
        return endReason;
    }

    @Exported
    @CheckForNull
    public Date getEnded() {
        return ended == 0 ? null : new Date(ended);
    }

    public boolean isPlanned() {
        return planned;
    }

    /** Whether its plan is one that {@code octavoPlan} has returned in this build; only such an approval opens anything. */
    @Exported
    public boolean isOwnPlan() {
        return ownPlan;
    }

    /** What approvers have to know of where its plan comes from; null where it is from {@code octavoPlan}. */
    @CheckForNull
    public String getOriginWarning() {
        if (ownPlan) {
            return null;
        }
        if (planned) {
            return Messages.PlanGate_foreignPlan();
        }
        return environment.isEmpty() ? null : Messages.PlanGate_noPlan(environment);
    }

    public boolean isWaiting() {
        return getState() == GateState.WAITING;
    }

    public GatePolicy getPolicy() {
        return policy;
    }

    public Run<?, ?> getRun() {
        return action.getRun();
    }

    /** From the controller's root. */
    public String getUrl() {
        return getRun().getUrl() + GateAction.URL_NAME + "/" + (action.gate(id) == this ? id : getKey()) + "/";
    }

    @Override
    public String getDisplayName() {
        return Messages.PlanGate_displayName(action.gate(id) == this ? id : getKey());
    }

    /** How long it still waits, in the reader's language. */
    public String getTimeLeft() {
        return Util.getTimeSpanString(Math.max(0, deadline - System.currentTimeMillis()));
    }

    /** What became of it, in a sentence. */
    public String getStateSentence() {
        return switch (getState()) {
            case WAITING -> Messages.PlanGate_waiting(approvals.size(), policy.getQuorum());
            case APPROVED -> Messages.PlanGate_approved(names());
            case REFUSED ->
                endReason.isEmpty()
                        ? Messages.PlanGate_refused(GateVote.fullName(endedBy))
                        : Messages.PlanGate_refusedBecause(GateVote.fullName(endedBy), endReason);
            case TIMED_OUT -> Messages.PlanGate_timedOut(policy.getHours());
            case SUPERSEDED -> Messages.PlanGate_superseded(endReason);
            case ABORTED ->
                endReason.isEmpty() ? Messages.PlanGate_aborted() : Messages.PlanGate_abortedBecause(endReason);
        };
    }

    /** The end of the CSS class of the notice about its state. */
    public String getStateStyle() {
        return switch (getState()) {
            case WAITING -> "info";
            case APPROVED -> "success";
            case REFUSED -> "danger";
            case TIMED_OUT, SUPERSEDED, ABORTED -> "warning";
        };
    }

    /** The symbol before its state, so that it can be seen without colour. */
    public String getStateSymbol() {
        return switch (getState()) {
            case WAITING -> "symbol-hourglass-outline plugin-ionicons-api";
            case APPROVED -> "symbol-checkmark-circle-outline plugin-ionicons-api";
            case REFUSED -> "symbol-close-circle-outline plugin-ionicons-api";
            case TIMED_OUT -> "symbol-alarm-outline plugin-ionicons-api";
            case SUPERSEDED -> "symbol-play-skip-forward-outline plugin-ionicons-api";
            case ABORTED -> "symbol-ban-outline plugin-ionicons-api";
        };
    }

    private String names() {
        return approvals.stream().map(GateVote::getFullName).collect(Collectors.joining(", "));
    }

    /** Who may approve, one rule a line. */
    public List<String> getRules() {
        List<String> rules = new ArrayList<>();
        rules.add(Messages.PlanGate_rulePermission());
        policy.getApprovers().forEach(list -> rules.add(Messages.PlanGate_ruleApprovers(list)));
        if (policy.isNotStarter()) {
            rules.add(
                    people.starters().isEmpty()
                            ? Messages.PlanGate_ruleNotStarter()
                            : Messages.PlanGate_ruleNotStarterNamed(String.join(", ", people.starters())));
        }
        if (policy.isNotAuthor()) {
            rules.add(
                    people.authors().isEmpty()
                            ? Messages.PlanGate_ruleNotAuthor()
                            : Messages.PlanGate_ruleNotAuthorNamed(String.join(", ", people.authors())));
        }
        if (policy.getQuorum() > 1) {
            rules.add(Messages.PlanGate_ruleQuorum(policy.getQuorum()));
        }
        if (policy.isReasonRequired()) {
            rules.add(Messages.PlanGate_ruleReason());
        }
        return rules;
    }

    /** Why the reader may not approve or refuse; null where they may. */
    @CheckForNull
    public String getObjection() {
        return GateDecision.objection(this);
    }

    /** Whether the reader has approved, and others still have to. */
    public boolean isApprovedByReader() {
        return approvedBy(Jenkins.getAuthentication2().getName());
    }

    /** The plan, read anew; null where its file is gone. Nothing of it is kept. */
    @CheckForNull
    public GatePlan getPlan() {
        if (!planned) {
            return GatePlan.NONE;
        }
        try {
            return GatePlan.parse(Files.readString(file()));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot read the plan of gate " + id + " of " + action.getRun());
            return null;
        }
    }

    // --- the web

    @Override
    public Object getTarget() {
        getRun().checkPermission(Item.READ);
        return this;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** The plan as the engine made it. */
    @GET
    public void doPlan(StaplerResponse2 response) throws IOException {
        getRun().checkPermission(Item.READ);
        if (!planned || !isReadable()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setContentType("application/json;charset=UTF-8");
        Files.copy(file(), response.getOutputStream());
    }

    /** The page's buttons. */
    @POST
    public void doSubmit(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter("decision") String decision,
            @QueryParameter("hash") String seen,
            @QueryParameter("reason") String reason)
            throws IOException, ServletException {
        getRun().checkPermission(Item.READ);
        try {
            if ("approve".equals(decision)) {
                GateDecision.approve(this, seen, reason);
            } else if ("refuse".equals(decision)) {
                GateDecision.refuse(this, seen, reason);
            } else {
                throw new GateObjection(HttpServletResponse.SC_BAD_REQUEST, Messages.PlanGate_decision());
            }
            response.sendRedirect2(".");
        } catch (GateObjection objection) {
            response.setStatus(objection.status());
            request.setAttribute("objection", objection.getMessage());
            request.setAttribute("typed", reason);
            request.getView(this, "index").forward(request, response);
        }
    }

    /** {@code curl -X POST .../approve -d hash=... -d reason=...}. */
    @POST
    public void doApprove(
            StaplerResponse2 response, @QueryParameter("hash") String seen, @QueryParameter("reason") String reason)
            throws IOException {
        getRun().checkPermission(Item.READ);
        answer(response, () -> GateDecision.approve(this, seen, reason));
    }

    /** {@code curl -X POST .../refuse -d hash=... -d reason=...}. */
    @POST
    public void doRefuse(
            StaplerResponse2 response, @QueryParameter("hash") String seen, @QueryParameter("reason") String reason)
            throws IOException {
        getRun().checkPermission(Item.READ);
        answer(response, () -> GateDecision.refuse(this, seen, reason));
    }

    private void answer(StaplerResponse2 response, Decision decision) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        try {
            decision.make();
        } catch (GateObjection objection) {
            response.setStatus(objection.status());
            json.put("error", objection.getMessage());
        }
        json.put("gate", id);
        json.put("state", getStateWord());
        json.put("approvals", getApprovals().stream().map(GateVote::getUser).toList());
        json.put("quorum", getQuorum());
        json.put("hash", hash);
        response.setContentType("application/json;charset=UTF-8");
        response.getOutputStream().write(PlanJson.write(json).getBytes(StandardCharsets.UTF_8));
    }

    private interface Decision {
        void make() throws GateObjection, IOException;
    }
}
