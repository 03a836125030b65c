package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.security.AccessControlled;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.OctavoPermissions;
import io.jenkins.plugins.octavo.config.Approver;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Gate;
import io.jenkins.plugins.octavo.config.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jenkins.model.IdStrategy;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * Who may approve at a gate, and how: the environment's gate, the one that the step names, and what the step says
 * itself, all at once. Each can only make it stricter. Kept in the build's file as it was when the gate began to wait.
 */
public final class GatePolicy {
    private static final int DEFAULT_HOURS = 72;

    private final List<String> names = new ArrayList<>();
    /** One has to be in each of these lists. */
    private final List<String> approvers = new ArrayList<>();

    private int quorum = 1;
    private boolean notStarter;
    private boolean notAuthor;
    private boolean reasonRequired;
    private int hours;

    private GatePolicy() {}

    /** @throws AbortException where a name is wrong, or nobody could ever approve */
    static GatePolicy of(Settings settings, GateRequest request) throws AbortException {
        String where = "octavoGate(id: '" + request.id() + "')";
        GatePolicy policy = new GatePolicy();
        Optional<Environment> environment = settings.environment(request.environment());
        if (environment.isEmpty() && !request.environment().isEmpty() && settings.hasEnvironments()) {
            throw new FourLines(
                    FourLines.INVALID,
                    "nobody configured an environment \"" + request.environment() + "\"",
                    where,
                    "configured are: " + String.join(", ", settings.environmentNames()),
                    "name one of these, or add it to Octavo's settings of Jenkins or of the job's folder");
        }
        if (environment.isPresent() && !environment.get().getGate().isEmpty()) {
            // as where the environment is kept: a folder cannot weaken the gate of one that is configured outside of it
            policy.add(
                    settings.gate(environment.get()),
                    environment.get().getGate(),
                    "environment \"" + request.environment() + "\"");
        }
        if (!request.policy().isEmpty()) {
            policy.add(settings.gate(request.policy()), request.policy(), where);
        }
        policy.add(request, where);
        return policy;
    }

    /** That of an environment alone; empty where it has no gate. */
    static Optional<GatePolicy> of(Settings settings, Environment environment) throws AbortException {
        if (environment.getGate().isEmpty()) {
            return Optional.empty();
        }
        GatePolicy policy = new GatePolicy();
        policy.add(
                settings.gate(environment),
                environment.getGate(),
                "environment \"" + environment.getName() + "\" in Octavo's settings");
        return Optional.of(policy);
    }

    private void add(Optional<Gate> configured, String name, String where) throws AbortException {
        Gate gate = configured.orElseThrow(() -> new FourLines(
                FourLines.GATE,
                "nobody can approve: there is no gate \"" + name + "\"",
                where,
                "Octavo's settings of Jenkins and of the job's folders have no gate of that name",
                "add it there, or correct the name"));
        String place = "gate \"" + name + "\" in Octavo's settings";
        checkQuorum(gate.getQuorum(), place);
        if (gate.getHours() < 1) {
            throw new FourLines(
                    FourLines.GATE,
                    "nobody can approve: the gate would not wait",
                    place,
                    "it waits " + gate.getHours() + " hours",
                    "let it wait for 1 hour or more");
        }
        if (!names.contains(name)) {
            names.add(name);
        }
        addApprovers(gate.getApprovers(), place);
        quorum = Math.max(quorum, gate.getQuorum());
        notStarter |= gate.isNotStarter();
        notAuthor |= gate.isNotAuthor();
        reasonRequired |= gate.isReasonRequired();
        limit(gate.getHours());
    }

    private void add(GateRequest request, String where) throws AbortException {
        checkQuorum(request.quorum(), where);
        if (request.hours() < 0) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the gate cannot wait " + request.hours() + " hours",
                    where,
                    "a gate waits for 1 hour or more",
                    "say how long it may wait, or leave hours away");
        }
        addApprovers(request.approvers(), where);
        quorum = Math.max(quorum, request.quorum());
        notStarter |= request.notStarter();
        notAuthor |= request.notAuthor();
        reasonRequired |= request.reasonRequired();
        if (request.hours() > 0) {
            limit(request.hours());
        } else if (hours == 0) {
            hours = DEFAULT_HOURS;
        }
    }

    private void limit(int wanted) {
        hours = hours == 0 ? wanted : Math.min(hours, wanted);
    }

    private static void checkQuorum(int quorum, String where) throws AbortException {
        if (quorum < 1) {
            throw new FourLines(
                    FourLines.GATE,
                    "nobody can approve: the quorum is " + quorum,
                    where,
                    "a gate that needs no approval is none",
                    "set the quorum to 1 or more");
        }
    }

    private void addApprovers(String list, String where) throws AbortException {
        if (list.isBlank()) {
            return;
        }
        if (Approver.entries(list).isEmpty()) {
            throw new FourLines(
                    FourLines.GATE,
                    "nobody can approve: the list of approvers names nobody",
                    where,
                    "approvers is \"" + list + "\"",
                    "name users or groups, or leave approvers away for everyone with the permission Octavo/Approve");
        }
        approvers.add(String.join(", ", Approver.entries(list)));
    }

    /**
     * Fails where too few people are left. It asks the security realm, so it may take a moment.
     *
     * @param where what asks
     * @param job on which they need the permission
     * @param excluded IDs of those who may not approve whatever the lists say
     */
    void checkPeople(String gate, String where, AccessControlled job, Set<String> excluded) throws AbortException {
        Set<String> people = approvers.isEmpty() ? GatePeople.all(isPersonal(), job) : named();
        if (people == null) {
            return;
        }
        IdStrategy ids = Jenkins.get().getSecurityRealm().getUserIdStrategy();
        excluded.stream().map(ids::keyFor).forEach(people::remove);
        Set<String> without = new TreeSet<>(people);
        without.removeIf(id -> Approver.mayHave(id, OctavoPermissions.APPROVE, job));
        people.removeAll(without);
        if (people.size() < quorum) {
            throw new FourLines(
                    FourLines.GATE,
                    "nobody can pass gate \"" + gate + "\": approvals needed: " + quorum + ", people who may approve: "
                            + people.size(),
                    where + (names.isEmpty() ? "" : ", gate " + String.join(", ", names)),
                    (approvers.isEmpty()
                                    ? "approvers: everyone with the permission Octavo/Approve"
                                    : "approvers: " + String.join("; and of these: ", approvers))
                            + listed("; not allowed: ", excluded)
                            + (approvers.isEmpty() ? "" : listed("; without the permission Octavo/Approve: ", without)),
                    "name more people or a group that Jenkins knows, give them the permission, or lower the quorum");
        }
    }

    private static String listed(String words, Set<String> people) {
        return people.isEmpty() ? "" : words + people.stream().sorted().collect(Collectors.joining(", "));
    }

    /** The people that are in every list; null where a list has a group, whose people nobody can tell. */
    @CheckForNull
    private Set<String> named() {
        IdStrategy ids = Jenkins.get().getSecurityRealm().getUserIdStrategy();
        Set<String> people = null;
        for (String list : approvers) {
            Set<String> named = new HashSet<>();
            boolean groups = false;
            for (Approver approver : Approver.parse(list)) {
                Approver.Kind kind = approver.kind();
                groups |= kind == Approver.Kind.PERHAPS_MANY;
                if (kind == Approver.Kind.USER) {
                    named.add(ids.keyFor(approver.name()));
                }
            }
            if (groups) {
                continue;
            }
            if (people == null) {
                people = named;
            } else {
                people.retainAll(named);
            }
        }
        return people;
    }

    /** Whether that person is in every list; true where there is none. */
    boolean includes(Authentication who) {
        return approvers.stream()
                .allMatch(list -> Approver.parse(list).stream().anyMatch(approver -> approver.includes(who)));
    }

    /** Whether it tells people apart, so that somebody without a name cannot take part. */
    boolean isPersonal() {
        return quorum > 1 || notStarter || notAuthor || !approvers.isEmpty();
    }

    /** The configured gates that it comes from. */
    public List<String> getNames() {
        return List.copyOf(names);
    }

    /** Lists of user IDs and groups; one has to be in each. */
    public List<String> getApprovers() {
        return List.copyOf(approvers);
    }

    public int getQuorum() {
        return quorum;
    }

    public boolean isNotStarter() {
        return notStarter;
    }

    public boolean isNotAuthor() {
        return notAuthor;
    }

    public boolean isReasonRequired() {
        return reasonRequired;
    }

    public int getHours() {
        return hours;
    }
}
