package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Asks people for approval of a plan, and waits for it without an executor. */
public final class OctavoGateStep extends Step {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_PLAN = 16 * 1024 * 1024;

    private final String id;

    @CheckForNull
    private Map<String, ?> plan;

    private String environment = "";
    private String message = "";
    private String policy = "";
    private String approvers = "";
    private int quorum = 1;
    private boolean notStarter;
    private boolean notAuthor;
    private boolean reasonRequired;
    private int hours;
    private boolean notSuperseded;

    @DataBoundConstructor
    public OctavoGateStep(String id) {
        this.id = Util.fixNull(id).trim();
    }

    /** Names the gate in the build and in its address. */
    public String getId() {
        return id;
    }

    /** As {@code octavoPlan} returns it; null where no deployment is asked for. */
    @CheckForNull
    public Map<String, ?> getPlan() {
        return plan;
    }

    @DataBoundSetter
    public void setPlan(@CheckForNull Map<String, ?> plan) {
        this.plan = plan;
    }

    /** {@code ""} for the plan's. */
    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(String environment) {
        this.environment = Util.fixNull(environment).trim();
    }

    /** What is asked, where there is no plan. */
    public String getMessage() {
        return message;
    }

    @DataBoundSetter
    public void setMessage(String message) {
        this.message = Util.fixNull(message).trim();
    }

    /** Name of a configured gate that counts besides the environment's. */
    public String getPolicy() {
        return policy;
    }

    @DataBoundSetter
    public void setPolicy(String policy) {
        this.policy = Util.fixNull(policy).trim();
    }

    /** User IDs and groups, separated by commas. */
    public String getApprovers() {
        return approvers;
    }

    @DataBoundSetter
    public void setApprovers(String approvers) {
        this.approvers = Util.fixNull(approvers).trim();
    }

    /** How many different people have to approve. */
    public int getQuorum() {
        return quorum;
    }

    @DataBoundSetter
    public void setQuorum(int quorum) {
        this.quorum = quorum;
    }

    /** Whether the one who started the build may not approve. */
    public boolean isNotStarter() {
        return notStarter;
    }

    @DataBoundSetter
    public void setNotStarter(boolean notStarter) {
        this.notStarter = notStarter;
    }

    /** Whether those whose changes are in the build may not approve. */
    public boolean isNotAuthor() {
        return notAuthor;
    }

    @DataBoundSetter
    public void setNotAuthor(boolean notAuthor) {
        this.notAuthor = notAuthor;
    }

    /** Whether an approval needs a reason. */
    public boolean isReasonRequired() {
        return reasonRequired;
    }

    @DataBoundSetter
    public void setReasonRequired(boolean reasonRequired) {
        this.reasonRequired = reasonRequired;
    }

    /** How long it waits at most; 0 for as long as the configured gates say, or 72 hours where there is none. */
    public int getHours() {
        return hours;
    }

    @DataBoundSetter
    public void setHours(int hours) {
        this.hours = hours;
    }

    /** Whether it waits on when a newer build comes to the same gate. */
    public boolean isNotSuperseded() {
        return notSuperseded;
    }

    @DataBoundSetter
    public void setNotSuperseded(boolean notSuperseded) {
        this.notSuperseded = notSuperseded;
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        return new OctavoGateExecution(context, request());
    }

    private GateRequest request() throws AbortException {
        String where = "octavoGate(id: '" + shown(id) + "')";
        if (!ID.matcher(id).matches()) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the ID of a gate is not one",
                    where,
                    "it is part of an address and of a file's name",
                    "use 1 to 64 letters, digits, hyphens and underscores, such as deploy-to-production");
        }
        Map<String, ?> wanted = plan;
        if (wanted == null) {
            if (message.isEmpty()) {
                throw new FourLines(
                        FourLines.INVALID,
                        "the gate asks nothing",
                        where,
                        "it has neither a plan nor a message",
                        "pass what octavoPlan returned as plan, or say in message what is to be approved");
            }
            return request(null, environment, hash(environment + "\n" + message));
        }
        String planned = text(wanted.get("environment"));
        String hash = text(wanted.get("hash"));
        if (hash.isEmpty() || !(wanted.get("services") instanceof Iterable<?>)) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the plan is not one of octavoPlan",
                    where,
                    "it lacks " + (hash.isEmpty() ? "its hash" : "its services"),
                    "pass the value that octavoPlan returned, unchanged");
        }
        if (!environment.isEmpty() && !planned.isEmpty() && !environment.equals(planned)) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the plan is for environment \"" + planned + "\", the gate for \"" + environment + "\"",
                    where,
                    "an approval counts for one environment only",
                    "leave environment away, or make the plan for \"" + environment + "\"");
        }
        return request(json(wanted, where), environment.isEmpty() ? planned : environment, hash);
    }

    private GateRequest request(@CheckForNull String json, String asked, String hash) {
        return new GateRequest(
                id,
                asked,
                message,
                json,
                hash,
                policy,
                approvers,
                quorum,
                notStarter,
                notAuthor,
                reasonRequired,
                hours,
                notSuperseded);
    }

    private static String json(Map<String, ?> plan, String where) throws AbortException {
        String json;
        try {
            json = PlanJson.write(plan);
        } catch (IllegalArgumentException e) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the plan cannot be kept",
                    where,
                    e.getMessage(),
                    "pass the value that octavoPlan returned, unchanged");
        }
        if (json.length() > MAX_PLAN) {
            throw new FourLines(
                    FourLines.INVALID,
                    "the plan cannot be kept",
                    where,
                    "it is larger than " + MAX_PLAN / 1024 / 1024 + " MB, which nobody could read",
                    "deploy fewer services at once");
        }
        return json;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String text(@CheckForNull Object value) {
        return value == null ? "" : value.toString().trim();
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoGate";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoGateStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class, FlowNode.class);
        }

        @Override
        @CheckForNull
        public String argumentsToString(Map<String, Object> namedArgs) {
            Object id = namedArgs.get("id");
            return id instanceof String ? (String) id : null;
        }

        @POST
        public FormValidation doCheckId(@AncestorInPath Item item, @QueryParameter String value) {
            if (!mayConfigure(item) || ID.matcher(Util.fixNull(value).trim()).matches()) {
                return FormValidation.ok();
            }
            return FormValidation.error(Messages.OctavoGateStep_id());
        }

        @POST
        public FormValidation doCheckEnvironment(@AncestorInPath Item item, @QueryParameter String value) {
            String name = Util.fixNull(value).trim();
            if (!mayConfigure(item) || name.isEmpty()) {
                return FormValidation.ok();
            }
            Settings settings = Settings.of(item);
            return settings.hasEnvironments() && settings.environment(name).isEmpty()
                    ? FormValidation.error(
                            Messages.OctavoGateStep_environment(String.join(", ", settings.environmentNames())))
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckPolicy(@AncestorInPath Item item, @QueryParameter String value) {
            String name = Util.fixNull(value).trim();
            if (!mayConfigure(item)
                    || name.isEmpty()
                    || Settings.of(item).gate(name).isPresent()) {
                return FormValidation.ok();
            }
            return FormValidation.error(Messages.OctavoGateStep_policy());
        }

        @POST
        public FormValidation doCheckQuorum(@AncestorInPath Item item, @QueryParameter String value) {
            return mayConfigure(item) ? FormValidation.validatePositiveInteger(value) : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckHours(@AncestorInPath Item item, @QueryParameter String value) {
            return mayConfigure(item) ? FormValidation.validateNonNegativeInteger(value) : FormValidation.ok();
        }

        private static boolean mayConfigure(@CheckForNull Item item) {
            return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
        }
    }
}
