package io.jenkins.plugins.octavo.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.console.LineTransformationOutputStream;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import jenkins.util.JenkinsJVM;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;
import org.jenkinsci.plugins.workflow.log.OutputStreamTaskListener;

/** Hides secrets in the log. Goes to agents, where logs may be written too, but never to a disk. */
final class MaskingListener extends OutputStreamTaskListener.Default {
    private static final long serialVersionUID = 1L;
    /** How a failure of the engine begins. */
    private static final Pattern FAILURE = Pattern.compile("[A-Z]+-[0-9]{3}  .*");

    private final TaskListener listener;
    private final String masked;

    @CheckForNull
    private final transient Consumer<String> heard;

    private transient OutputStream out;

    /** @param heard hears the first line of what the operation reports as its failure, and what it says of deployments */
    MaskingListener(TaskListener listener, String masked, Consumer<String> heard) {
        this.listener = listener;
        this.masked = masked;
        this.heard = heard;
    }

    static boolean isFailure(String line) {
        return FAILURE.matcher(line).matches();
    }

    @Override
    public synchronized OutputStream getOutputStream() {
        if (out == null) {
            Pattern pattern = Pattern.compile(masked);
            OutputStream hearing = new Hearing(OutputStreamTaskListener.getOutputStream(listener), heard);
            out = new SecretPatterns.MaskingOutputStream(hearing, () -> pattern, StandardCharsets.UTF_8.name());
        }
        return out;
    }

    private void writeObject(ObjectOutputStream stream) throws IOException {
        if (JenkinsJVM.isJenkinsJVM() && Channel.current() == null) {
            throw new NotSerializableException(
                    "secrets are not kept: " + getClass().getName());
        }
        stream.defaultWriteObject();
    }

    /** Passes lines on and tells of a failure. */
    private static final class Hearing extends LineTransformationOutputStream.Delegating {
        @CheckForNull
        private final Consumer<String> heard;

        Hearing(OutputStream out, @CheckForNull Consumer<String> heard) {
            super(out);
            this.heard = heard;
        }

        @Override
        protected void eol(byte[] bytes, int length) throws IOException {
            out.write(bytes, 0, length);
            if (heard != null && length < 1_000) {
                String line = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
                if (isFailure(line) || DeployedLines.matches(line)) {
                    heard.accept(line);
                }
            }
        }
    }
}
