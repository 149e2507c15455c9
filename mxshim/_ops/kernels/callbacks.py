"""Calls of users' code, with the errors of MXNet where it fails: the checks that it names."""

from __future__ import annotations

import traceback

from ..._core.errors import mxnet_error

#: What MXNet's error says has failed.
CHECKS = {
    "list": "CustomOpListFunc>( params.info->callbacks[Type])( &args, params.info->contexts[Type])",
    "infer_shape": "CustomOpInferShapeFunc>( params.info->callbacks[kCustomOpPropInferShape])( "
    "shapes.size(), ndims.data(), shapes.data(), params.info->contexts[kCustomOpPropInferShape])",
    "infer_type": "CustomOpInferTypeFunc>( params.info->callbacks[kCustomOpPropInferType])( "
    "types.size(), types.data(), params.info->contexts[kCustomOpPropInferType])",
    "infer_storage_type": "CustomOpInferStorageTypeFunc>( "
    "params.info->callbacks[kCustomOpPropInferStorageType])( stypes.size(), stypes.data(), "
    "params.info->contexts[kCustomOpPropInferStorageType])",
    "declare_backward_dependency": "CustomOpBwdDepFunc>( "
    "params.info->callbacks[kCustomOpPropDeclareBackwardDependency])( out_grad.data(), "
    "in_data.data(), out_data.data(), &num_dep, &rdeps, "
    "params.info->contexts[kCustomOpPropDeclareBackwardDependency])",
    "create_operator": "CustomOpCreateFunc>( "
    "params.info->callbacks[kCustomOpPropCreateOperator])( os.str().c_str(), shapes.size(), "
    "shapes.data(), ndims.data(), in_type.data(), op_info, "
    "params.info->contexts[kCustomOpPropCreateOperator])",
    "forward": "CustomOpFBFunc>( params.info->callbacks[kCustomOpForward])( ptrs.size(), "
    "const_cast<void**>(ptrs.data()), const_cast<int*>(tags.data()), reinterpret_cast<const "
    "int*>(req.data()), static_cast<int>(ctx.is_train), params.info->contexts[kCustomOpForward])",
    "backward": "CustomOpFBFunc>(params.info->callbacks[kCustomOpBackward])( ptrs.size(), "
    "const_cast<void**>(ptrs.data()), const_cast<int*>(tags.data()), reinterpret_cast<const "
    "int*>(req.data()), static_cast<int>(ctx.is_train), params.info->contexts[kCustomOpBackward])",
}


def guarded(check: str, label: str, function, *, quiet: bool = False, late: bool = False):
    """Call the user's code; print the traceback of its error and raise MXNet's."""
    try:
        return function()
    except Exception as error:
        if not quiet:
            print(f"Error in {label}: {traceback.format_exc()}")
        refusal = mxnet_error(
            f"Check failed: reinterpret_cast<{CHECKS[check]}: ",
            f"{label} raised {type(error).__name__}: {error}",
        )
        refusal.late = late
        raise refusal from error
