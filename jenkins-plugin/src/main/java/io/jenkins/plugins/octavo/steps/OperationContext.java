package io.jenkins.plugins.octavo.steps;

import com.google.common.util.concurrent.ListenableFuture;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import groovy.json.JsonSlurperClassic;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.board.DeliveredSource;
import io.jenkins.plugins.octavo.board.Deliveries;
import io.jenkins.plugins.octavo.gate.MadePlans;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * What the durable task sees: the pipeline's context with the credentials in the environment and masked in the log, and
 * the result as maps and lists.
 */
@SuppressFBWarnings(
        value = "SE_TRANSIENT_FIELD_NOT_RESTORED",
        justification = "secrets of the Jenkinsfile are not kept")
final class OperationContext extends StepContext {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(OperationContext.class.getName());

    private final StepContext context;
    private final String step;
    private final Secrets secrets;
    /** Inputs that the board wants to know; null after an update from a version that had none. */
    @CheckForNull
    private final Map<String, String> about;
    /** Computed when it is needed, after a restart again. */
    private transient volatile Pattern masked;
    /** The first line of the failure that the operation has reported. */
    private transient volatile String failure;
    /** What the operation has said of microservices that it deploys; not kept. */
    private final transient DeployedLines lines = new DeployedLines();

    /** Secrets that the Jenkinsfile itself holds; not kept. */
    private final transient List<String> plain;

    OperationContext(
            StepContext context, String step, Secrets secrets, List<String> plain, Map<String, String> about) {
        this.context = context;
        this.step = step;
        this.secrets = secrets;
        this.plain = plain;
        this.about = new HashMap<>(about);
    }

    @Override
    public <T> T get(Class<T> key) throws IOException, InterruptedException {
        T value = context.get(key);
        if (value instanceof EnvVars environment) {
            EnvVars complete = new EnvVars(environment);
            complete.putAll(secrets.resolve(context.get(Run.class)).variables());
            return key.cast(complete);
        }
        if (key == TaskListener.class && value instanceof TaskListener listener) {
            return key.cast(masking(listener));
        }
        return value;
    }

    private TaskListener masking(TaskListener listener) throws IOException, InterruptedException {
        if (masked == null) {
            try {
                List<String> hidden =
                        new ArrayList<>(secrets.resolve(context.get(Run.class)).masked());
                if (plain != null) {
                    hidden.addAll(plain);
                }
                masked = SecretPatterns.getAggregateSecretPattern(hidden);
            } catch (AbortException e) {
                // after a restart, a credential may be gone whose value the process still has and may print
                listener.getLogger().println("The log of " + step + " is not shown any more: " + e.getMessage());
                // not TaskListener.NULL, as in BringAhead: an agent may be sent it
                return new StreamTaskListener(OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
            }
        }
        return new MaskingListener(listener, masked.pattern(), this::hear);
    }

    private void hear(String line) {
        if (MaskingListener.isFailure(line)) {
            failure = line.replaceAll("\\s+", " ");
        } else if (lines != null) {
            lines.hear(line);
        }
    }

    @Override
    public void onSuccess(Object result) {
        if (!(result instanceof String document)) {
            context.onSuccess(result);
            return;
        }
        Object parsed;
        try {
            parsed = new JsonSlurperClassic().parseText(document);
        } catch (RuntimeException e) {
            context.onFailure(new FourLines(
                    FourLines.RESULT,
                    "The step " + step + " has no result",
                    "its output",
                    "it is not the JSON that the octavo command writes: "
                            + e.getClass().getSimpleName(),
                    "look at the log above; report it, with the log, where nothing is wrong there"));
            return;
        }
        try {
            keep(parsed);
        } catch (IOException e) {
            context.onFailure(e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.onFailure(e);
            return;
        }
        context.onSuccess(parsed);
    }

    /** What a result leaves in the build. */
    private void keep(Object result) throws IOException, InterruptedException {
        switch (step) {
            case "kubernetesDeploy" -> PullSecretAction.add(context.get(Run.class), result);
            case "octavoPlan" -> MadePlans.keep(context.get(Run.class), result);
            case "octavoRollback" -> {
                MadePlans.keep(context.get(Run.class), result);
                Deliveries.rolledBack(context.get(Run.class), result);
            }
            case "octavoSource" -> DeliveredSource.keep(context.get(Run.class), result);
            case "octavoDeploy" -> Deliveries.deployed(context.get(Run.class), result);
            case "octavoBoard" -> Deliveries.board(context.get(Run.class), result);
            default -> {
                // nothing
            }
        }
    }

    @Override
    public void onFailure(Throwable t) {
        if (t instanceof AbortException && !(t instanceof FourLines)) {
            keepFailure();
            String why = failure == null ? t.getMessage() : failure;
            Throwable told = new AbortException(step + ": " + why);
            told.setStackTrace(new StackTraceElement[0]);
            context.onFailure(told);
            return;
        }
        context.onFailure(t);
    }

    /** A deployment that failed is on the board too. */
    private void keepFailure() {
        if (about == null || failure == null || !step.equals("octavoDeploy") && !step.equals("octavoRollback")) {
            return;
        }
        DeployedLines told = lines == null ? new DeployedLines() : lines;
        try {
            Deliveries.failed(
                    context.get(Run.class), new Deliveries.Failed(about, told.services(), told.failed(), told.isUndone(), failure));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "a deployment that failed is not on the board", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isReady() {
        return context.isReady();
    }

    @Override
    public ListenableFuture<Void> saveState() {
        return context.saveState();
    }

    @Override
    public void setResult(Result result) {
        context.setResult(result);
    }

    @Override
    public BodyInvoker newBodyInvoker() {
        return context.newBodyInvoker();
    }

    @Override
    public boolean hasBody() {
        return context.hasBody();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OperationContext operation && operation.context.equals(context);
    }

    @Override
    public int hashCode() {
        return context.hashCode();
    }
}
