"""What runs in the environments of the peers: nothing of ours but this, and LangGraph."""
