package io.jenkins.plugins.octavo.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.durabletask.Controller;
import org.jenkinsci.plugins.durabletask.Handler;

/**
 * The shell's process, asked for its end more often at first. Jenkins asks after 0.25, 0.55, 0.91 seconds and so on, and
 * most operations end between two of these: whoever waits for them would wait up to a third longer. So the first question
 * is answered when the process has ended, or after a second and a half.
 */
@SuppressFBWarnings(value = "SE_TRANSIENT_FIELD_NOT_RESTORED", justification = "0 and false after a restart, as they say")
final class OctavoController extends Controller {
    private static final long serialVersionUID = 1L;
    private static final long ATTENTIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long PAUSE_MILLIS = 20;
    /** Of the 25 threads that Jenkins has for all durable tasks. A task beyond that is asked as often as any other. */
    static final int WAITING_AT_ONCE = 8;

    private static final Semaphore WAITING = new Semaphore(WAITING_AT_ONCE);

    private final Controller shell;
    /** 0 after a restart: then nobody waits for the end any more. */
    private final transient long start;

    /** Whether the process has ended so; asked again after a restart before its output is. */
    private transient boolean failed;

    OctavoController(Controller shell) {
        this.shell = shell;
        this.start = System.nanoTime();
    }

    @Override
    @CheckForNull
    public Integer exitStatus(FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        Integer status = endWithin(workspace, launcher, listener);
        failed = status != null && status != 0;
        return status;
    }

    @CheckForNull
    private Integer endWithin(FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        Integer status = shell.exitStatus(workspace, launcher, listener);
        if (status != null || start == 0 || isPast(start + ATTENTIVE_NANOS) || !WAITING.tryAcquire()) {
            return status;
        }
        try {
            while (status == null && !isPast(start + ATTENTIVE_NANOS)) {
                Thread.sleep(PAUSE_MILLIS);
                status = shell.exitStatus(workspace, launcher, listener);
            }
            return status;
        } finally {
            WAITING.release();
        }
    }

    private static boolean isPast(long time) {
        return System.nanoTime() - time > 0;
    }

    @Override
    public void watch(@NonNull FilePath workspace, @NonNull Handler handler, @NonNull TaskListener listener)
            throws IOException, InterruptedException {
        shell.watch(workspace, handler, listener);
    }

    @Override
    public boolean writeLog(FilePath workspace, OutputStream sink) throws IOException, InterruptedException {
        return shell.writeLog(workspace, sink);
    }

    /**
     * The result as JSON; nothing of a process that failed. Jenkins writes what such a one returned into the log, where
     * the same has been said already, in words.
     */
    @NonNull
    @Override
    public byte[] getOutput(@NonNull FilePath workspace, @NonNull Launcher launcher)
            throws IOException, InterruptedException {
        return failed ? new byte[0] : shell.getOutput(workspace, launcher);
    }

    @Override
    public void stop(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
        shell.stop(workspace, launcher);
    }

    @Override
    public void cleanup(FilePath workspace) throws IOException, InterruptedException {
        shell.cleanup(workspace);
    }

    @Override
    public String getDiagnostics(FilePath workspace, Launcher launcher) throws IOException, InterruptedException {
        return shell.getDiagnostics(workspace, launcher);
    }
}
