package io.durablestreams.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a failed start by what is missing and what to do about it, instead of by a stack trace. */
final class IncompleteSetupFailureAnalyzer extends AbstractFailureAnalyzer<IncompleteSetupException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IncompleteSetupException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
