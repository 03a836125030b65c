package io.jenkins.plugins.octavo.command;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.RequestAbortedException;
import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.ComputerListener;
import hudson.slaves.SlaveComputer;
import hudson.util.StreamTaskListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Brings the command to an agent that stays, aside and as soon as it connects, so that no step waits for it. An agent of a
 * cloud, which may be there for one build without Octavo, gets it with its first step.
 */
@Extension
public final class BringAhead extends ComputerListener {
    private static final Logger LOGGER = Logger.getLogger(BringAhead.class.getName());

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        if (computer instanceof SlaveComputer && !(computer instanceof AbstractCloudComputer)) {
            Computer.threadPoolForRemoting.execute(() -> bring(computer));
        }
    }

    private static void bring(Computer computer) {
        Node node = computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            return;
        }
        try {
            OctavoCommand command = OctavoCommand.bring(root);
            // not TaskListener.NULL: where a build starts a process on the agent at the same time, both may wait for ever, each
            // for the class that the other one begins with
            Launcher launcher =
                    node.createLauncher(new StreamTaskListener(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
            if (!launcher.isUnix()) {
                return;
            }
            EnvVars variables = new EnvVars();
            command.prepare(variables);
            // whether there is a Java for it matters to steps alone
            launcher.launch()
                    .cmds(command.arguments(true))
                    .envs(variables)
                    .pwd(root)
                    .quiet(true)
                    .join();
        } catch (IOException | RequestAbortedException e) {
            // the latter where the agent goes while it is asked
            LOGGER.log(Level.INFO, "the first octavo step on " + computer.getName() + " brings the command itself", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
