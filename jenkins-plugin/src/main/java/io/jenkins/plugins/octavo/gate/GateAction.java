package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.octavo.FourLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The gates of a build, past ones too. Kept in the build's file; plans are in files of their own beside it. */
@ExportedBean
public final class GateAction implements RunAction2, StaplerProxy {
    static final String URL_NAME = "octavo-gates";

    /** Never changed but replaced, so that it can be read and saved at any time. */
    private volatile List<PlanGate> gates = new ArrayList<>();

    private transient Run<?, ?> run;

    private GateAction() {}

    /**
     * The hashes that were approved for an environment in this build, each by as many people as its policy wants; the last
     * one first. A build that was replayed or restarted from a stage is another one: it has to ask again. A refusal, a gate
     * that was not answered in time, or another approval, takes back what was approved before for any of its microservices
     * in that environment. An approval of something else than a plan of {@code octavoPlan} opens nothing, and takes nothing
     * back.
     */
    public static List<String> approvedHashes(Run<?, ?> run, String environment) {
        return approved(run, environment).stream().map(PlanGate::getHash).toList();
    }

    /** Of those, what was approved for all of these microservices and no others; the last one where none are named. */
    public static Optional<String> approvedHash(Run<?, ?> run, String environment, String service) {
        return approved(run, environment).stream()
                .filter(gate -> service.isEmpty() || gate.services().equals(List.of(service)))
                .map(PlanGate::getHash)
                .findFirst();
    }

    private static List<PlanGate> approved(Run<?, ?> run, String environment) {
        GateAction action = run.getAction(GateAction.class);
        if (action == null) {
            return List.of();
        }
        List<PlanGate> ended = action.gates.stream()
                .filter(gate -> gate.getEnvironment().equals(environment))
                .filter(gate -> gate.getState() != GateState.WAITING)
                .filter(gate -> gate.isOwnPlan() || gate.getState() != GateState.APPROVED)
                .sorted(Comparator.comparingLong(PlanGate::ended).reversed())
                .toList();
        List<PlanGate> valid = new ArrayList<>();
        for (int i = 0; i < ended.size(); i++) {
            PlanGate gate = ended.get(i);
            if (gate.getState() == GateState.APPROVED && ended.subList(0, i).stream().noneMatch(gate::overlaps)) {
                valid.add(gate);
            }
        }
        return valid;
    }

    /**
     * Ends the gates of older builds of the job that ask for nothing that this one does not ask for too, and this one where
     * it is the older one.
     */
    static void supersede(Run<?, ?> run, PlanGate gate) throws IOException {
        for (Run<?, ?> older = run.getPreviousBuildInProgress();
                older != null;
                older = older.getPreviousBuildInProgress()) {
            for (PlanGate waiting : waiting(older)) {
                if (waiting.isCoveredBy(gate)) {
                    waiting.supersede(run.getNumber());
                }
            }
        }
        for (Run<?, ?> newer = run.getNextBuild(); newer != null; newer = newer.getNextBuild()) {
            if (newer.isBuilding() && waiting(newer).stream().anyMatch(gate::isCoveredBy)) {
                gate.supersede(newer.getNumber());
                return;
            }
        }
    }

    private static List<PlanGate> waiting(Run<?, ?> run) {
        GateAction action = run.getAction(GateAction.class);
        return action == null
                ? List.of()
                : action.gates.stream()
                        .filter(gate -> gate.getState() == GateState.WAITING)
                        .toList();
    }

    /** Opens a gate, or finds the one that this step opened before the controller was stopped. */
    static PlanGate open(Run<?, ?> run, String node, GateRequest request, GatePolicy policy, BuildPeople people)
            throws IOException {
        boolean ownPlan = MadePlans.include(run, request);
        GateAction action = of(run);
        synchronized (action) {
            Optional<PlanGate> opened = action.openedBy(node);
            if (opened.isPresent()) {
                return opened.get();
            }
            List<PlanGate> same = action.gates.stream()
                    .filter(gate -> gate.getId().equals(request.id()))
                    .toList();
            for (PlanGate gate : same) {
                if (gate.isAttached()) {
                    throw new FourLines(
                            FourLines.INVALID,
                            "two gates \"" + request.id() + "\" at once",
                            "octavoGate(id: '" + request.id() + "')",
                            "another branch of this build is waiting at a gate of that ID",
                            "give each its own id");
                }
                gate.abandon();
            }
            GatePlan shown = action.write(request, same.size() + 1);
            PlanGate gate = new PlanGate(request, same.size() + 1, node, policy, people, shown, ownPlan);
            gate.setAction(action);
            List<PlanGate> before = action.gates;
            action.gates = new ArrayList<>(before);
            action.gates.add(gate);
            try {
                run.save();
            } catch (IOException e) {
                action.gates = before;
                throw e;
            }
            return gate;
        }
    }

    private static GateAction of(Run<?, ?> run) {
        synchronized (run) {
            GateAction action = run.getAction(GateAction.class);
            if (action == null) {
                action = new GateAction();
                run.addAction(action);
            }
            return action;
        }
    }

    /** Writes the plan to its file. */
    private GatePlan write(GateRequest request, int number) throws IOException {
        String plan = request.plan();
        if (plan == null) {
            return GatePlan.NONE;
        }
        // as it was read here, so that nobody who reads it sees another value where a field is there twice
        String read = PlanJson.write(PlanJson.read(plan));
        GatePlan shown = GatePlan.parse(read);
        Path file = planFile(PlanGate.key(request.id(), number));
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, read);
        return shown;
    }

    /** @param key made of a checked ID and a number, never of what somebody typed into an address */
    Path planFile(String key) {
        return run.getRootDir().toPath().resolve(URL_NAME).resolve(key + ".json");
    }

    /** The gate that a step opened; steps are told apart by the IDs of their flow nodes. */
    Optional<PlanGate> openedBy(String node) {
        return gates.stream().filter(gate -> gate.getNode().equals(node)).findFirst();
    }

    /** @param name an ID, for the last gate of that ID; or with the number of an earlier one, such as {@code prod.1} */
    @CheckForNull
    public PlanGate gate(String name) {
        return gates.stream()
                .filter(gate -> gate.getId().equals(name) || gate.getKey().equals(name))
                .max(Comparator.comparingInt(PlanGate::getNumber))
                .orElse(null);
    }

    /** For addresses such as {@code .../octavo-gates/deploy-to-production/}. */
    @CheckForNull
    public PlanGate getDynamic(String name) {
        return gate(name);
    }

    @Exported
    public List<PlanGate> getGates() {
        return visible() ? List.copyOf(gates) : List.of();
    }

    /** Those that wait, for the build's page. */
    public List<PlanGate> getWaiting() {
        return getGates().stream()
                .filter(gate -> gate.getState() == GateState.WAITING)
                .toList();
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** Keeps what was changed; the caller takes it back where this fails. */
    void save() throws IOException {
        run.save();
    }

    private boolean visible() {
        return run.hasPermission(Item.READ);
    }

    public Api getApi() {
        return new Api(this);
    }

    @Override
    public Object getTarget() {
        run.checkPermission(Item.READ);
        return this;
    }

    @Override
    @CheckForNull
    public String getIconFileName() {
        return visible() && !gates.isEmpty() ? "symbol-shield-checkmark-outline plugin-ionicons-api" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.GateAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL_NAME;
    }

    @Override
    public void onAttached(Run<?, ?> owner) {
        run = Objects.requireNonNull(owner);
    }

    @Override
    public void onLoad(Run<?, ?> owner) {
        onAttached(owner);
        gates.forEach(gate -> gate.setAction(this));
    }
}
