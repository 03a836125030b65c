package io.jenkins.plugins.octavo.steps;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import io.jenkins.plugins.octavo.command.OctavoCommand;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Map;
import org.jenkinsci.plugins.durabletask.BourneShellScript;
import org.jenkinsci.plugins.durabletask.Controller;
import org.jenkinsci.plugins.durabletask.DurableTask;
import org.jenkinsci.plugins.durabletask.WindowsBatchScript;

/** Runs the command that the plugin carries, as the shell's durable task runs a script. */
final class OctavoTask extends DurableTask {
    private final String operation;
    private final String request;
    private final Map<String, String> variables;
    private Charset charset;

    /**
     * @param request the inputs as JSON
     * @param variables for the process, besides those of the pipeline
     */
    OctavoTask(String operation, String request, Map<String, String> variables) {
        this.operation = operation;
        this.request = request;
        this.variables = variables;
    }

    @Override
    public Controller launch(EnvVars env, FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        OctavoCommand command = OctavoCommand.on(workspace, operation, request);
        env.putAll(variables);
        command.prepare(env);
        DurableTask shell = launcher.isUnix()
                ? new BourneShellScript(command.shellScript())
                : new WindowsBatchScript(command.batchScript());
        shell.captureOutput();
        if (charset != null) {
            shell.charset(charset);
        }
        return new OctavoController(shell.launch(env, workspace, launcher, listener));
    }

    @Override
    public void captureOutput() {
        // always
    }

    @Override
    public void charset(Charset other) {
        this.charset = other;
    }

    @Override
    public void defaultCharset() {
        this.charset = null;
    }
}
