package io.jenkins.plugins.octavo.steps;

import groovy.json.JsonOutput;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.octavo.FourLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.durabletask.DurableTask;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;

/**
 * A step that runs one operation of the {@code octavo} command on the agent and returns its result.
 *
 * <p>Its fields are the operation's inputs under their own names, and IDs of credentials. As a durable task it goes on
 * while the controller restarts or the agent is away.
 */
public abstract class OperationStep extends DurableTaskStep {
    /** Fields that are no inputs of the operation: the credentials, and what every durable task has. */
    private static final Set<String> OWN = Set.of(
            "kubeconfigId",
            "registryCredentialsId",
            "sonarCredentialsId",
            "gitCredentialsId",
            "signingKeyId",
            "signingPasswordId",
            "forgeCredentialsId",
            "returnStdout",
            "returnStatus",
            "encoding",
            "label");

    /** Inputs that a failure on the board is described by. */
    private static final Set<String> BOARD =
            Set.of("service", "environment", "clusterNamespace", "version", "approver", "to", "planOnly");

    private transient DurableTask task;

    OperationStep() {
        setReturnStdout(true);
        setEncoding("UTF-8");
    }

    /** The subcommand, such as {@code image}. */
    public abstract String operation();

    /** Completes the inputs, and names the credentials that the operation is given. */
    void prepare(Call call) throws AbortException {
        // some need none
    }

    /** What is worth telling aside, while the operation runs. */
    void begin(Run<?, ?> run, TaskListener listener) {
        // most have nothing
    }

    /** The operation's inputs by name, without those that are as by default. */
    Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        DescribableModel.uninstantiate2_(this).getArguments().forEach((name, value) -> {
            if (value != null && !"".equals(value) && !OWN.contains(name)) {
                inputs.put(name, value);
            }
        });
        return inputs;
    }

    @Override
    public final StepExecution start(StepContext context) throws Exception {
        if (isReturnStatus() || !isReturnStdout()) {
            throw new FourLines(
                    FourLines.INVALID,
                    "The step " + getDescriptor().getFunctionName() + " returns its result",
                    "returnStatus, returnStdout",
                    "they are of other steps",
                    "leave them out; a failure is an exception, as with other steps");
        }
        Call call = Call.of(context.get(Run.class), context.get(EnvVars.class), inputs());
        prepare(call);
        // before anything of the task asks for them, so that what is missing is told once
        call.secrets().resolve(call.run());
        TaskListener listener = context.get(TaskListener.class);
        call.warnings().forEach(warning -> listener.getLogger().println("warning: " + warning));
        begin(call.run(), listener);
        task = new OctavoTask(operation(), JsonOutput.toJson(call.inputs()), call.plain());
        return super.start(new OperationContext(
                context, getDescriptor().getFunctionName(), call.secrets(), call.plainMasked(), about(call.inputs())));
    }

    private static Map<String, String> about(Map<String, Object> inputs) {
        Map<String, String> about = new LinkedHashMap<>();
        for (String name : BOARD) {
            Object value = inputs.get(name);
            if (value != null) {
                about.put(name, value.toString());
            }
        }
        return about;
    }

    @Override
    protected final DurableTask task() {
        return task;
    }

    /**
     * What a step makes ready before it starts.
     *
     * @param inputs of the operation, to be completed
     * @param plain variables with secrets that the Jenkinsfile itself holds
     * @param plainMasked what of those a log must not show
     * @param warnings for the log
     */
    record Call(
            Run<?, ?> run,
            EnvVars environment,
            Map<String, Object> inputs,
            Secrets secrets,
            Map<String, String> plain,
            List<String> plainMasked,
            List<String> warnings) {
        static Call of(Run<?, ?> run, EnvVars environment, Map<String, Object> inputs) {
            return new Call(
                    run,
                    environment,
                    inputs,
                    new Secrets(),
                    new LinkedHashMap<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        /** An input, or else the variable that gives it. */
        String value(String input, String variable) {
            Object given = inputs.get(input);
            return given == null ? environment.get(variable, "") : given.toString();
        }
    }
}
