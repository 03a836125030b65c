package dev.octavo.engine.git;

import dev.octavo.engine.api.Cancellation;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/** Lets JGit's long work stop when the operation is cancelled. */
public final class CancelMonitor extends EmptyProgressMonitor {
    private final Cancellation cancellation;

    public CancelMonitor(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    @Override
    public boolean isCancelled() {
        return cancellation.isRequested();
    }
}
